import { FleetView } from '@earshot/shared/contracts/fleet.ts';
import { askOperations, type Operations } from './ask-operations.ts';

export interface FleetQuestion extends Operations {
  /** What to do with the roll-out before; nothing by default. */
  rollout?: 'start' | 'pause' | 'halt';
  /** Why it is halted. */
  reason?: string;
}

export function askFleet({ rollout, reason, ...operations }: FleetQuestion): Promise<FleetView> {
  if (rollout === undefined) return askOperations(operations, '/v1/fleet', FleetView);
  return askOperations(operations, `/v1/rollout/${rollout}`, FleetView, rollout === 'halt' ? { reason } : {});
}
