import { TestParts } from '../testing/test-parts.ts';
import { overlappingAlertsContract } from './overlapping-alerts.contract.ts';

overlappingAlertsContract((startMs) => TestParts.open(startMs));
