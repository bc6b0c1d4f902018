import { viewFleet } from '../rollout/fleet-view.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

/** For the operators of the cloud, with a token of their own: figures of the fleet, and halting a roll-out. */
export function operationsHandlers({ parts }: ApiOptions): Pick<Handlers, 'getFleet' | 'haltRollout'> {
  return {
    getFleet: () => viewFleet(parts),
    haltRollout: async ({ body }) => {
      await parts.rollout.halt(body.reason);
      return viewFleet(parts);
    },
  };
}
