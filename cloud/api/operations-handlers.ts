import { viewFleet } from '../rollout/fleet-view.ts';
import { readTuningLog } from '../samples/tuning-log.ts';
import { listSharedClips, readSharedClip } from '../shared-clips/shared-clips.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

type Names =
  'getFleet' | 'startRollout' | 'pauseRollout' | 'haltRollout' | 'getTuningLog' | 'listSharedClips' | 'getSharedClip';

/**
 * Handlers for the cloud's operators, who have their own token: figures of the fleet, recordings that homes share, and the control of a
 * roll-out.
 */
export function operationsHandlers({ parts }: ApiOptions): Pick<Handlers, Names> {
  return {
    getFleet: () => viewFleet(parts),
    getTuningLog: async ({ query }) => ({ items: await readTuningLog(parts.database.queries, query.home ?? null) }),
    listSharedClips: async () => ({ items: await listSharedClips(parts) }),
    getSharedClip: async ({ params, reply }) => {
      const bytes = await readSharedClip(parts, params.id);
      reply.type('audio/wav').header('cache-control', 'private, no-store');
      return bytes;
    },
    startRollout: async () => {
      await parts.rollout.resume();
      return viewFleet(parts);
    },
    pauseRollout: async () => {
      await parts.rollout.pause();
      return viewFleet(parts);
    },
    haltRollout: async ({ body }) => {
      await parts.rollout.halt(body.reason);
      return viewFleet(parts);
    },
  };
}
