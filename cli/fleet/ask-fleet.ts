import { FleetView } from '@earshot/shared/contracts/fleet.ts';
import { askOperations, type Operations } from './ask-operations.ts';

export interface FleetQuestion extends Operations {
  /** What to do with the roll-out before the report; by default nothing. */
  rollout?: 'start' | 'pause' | 'halt';
  /** The reason for --halt. */
  reason?: string;
}

export function askFleet({ rollout, reason, ...operations }: FleetQuestion): Promise<FleetView> {
  if (rollout === undefined) return askOperations(operations, '/v1/fleet', FleetView);
  return askOperations(operations, `/v1/rollout/${rollout}`, FleetView, rollout === 'halt' ? { reason } : {});
}
