import { TestParts } from '../testing/test-parts.ts';
import { falseAlertContract } from './false-alert.contract.ts';

falseAlertContract((startMs) => TestParts.open(startMs));
