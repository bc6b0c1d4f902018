import { z } from 'zod';
import { Id } from '@earshot/shared/contracts/common.ts';
import { FleetView, HaltRequest } from '@earshot/shared/contracts/fleet.ts';
import * as samples from '@earshot/shared/contracts/samples.ts';
import { SharedClips } from '@earshot/shared/contracts/shared-clips.ts';
import { ById, type Route } from './route.ts';

/** Routes for the cloud's operators: the fleet, the tuning log and the roll-out of a release. */
export const OPERATIONS_ROUTES = {
  getFleet: {
    method: 'GET',
    path: '/v1/fleet',
    who: 'operations',
    summary: 'Number of homes and devices, releases, state of the roll-out, and false alerts',
    response: FleetView,
    perMinute: 60,
  },
  getTuningLog: {
    method: 'GET',
    path: '/v1/tuning-log',
    who: 'operations',
    summary: 'Scores of alerts and samples with the feedback of members, from homes that opted in',
    query: z.object({ home: Id.optional() }),
    response: samples.TuningLog,
    perMinute: 60,
  },
  listSharedClips: {
    method: 'GET',
    path: '/v1/shared-clips',
    who: 'operations',
    summary: 'The recordings that members share with the operators, newest first; at most 200',
    response: SharedClips,
    perMinute: 60,
  },
  getSharedClip: {
    method: 'GET',
    path: '/v1/shared-clips/:id',
    who: 'operations',
    summary: 'A shared recording (WAV), until its home stops sharing it or it is deleted',
    params: ById,
    response: 'bytes',
    perMinute: 60,
  },
  startRollout: {
    method: 'POST',
    path: '/v1/rollout/start',
    who: 'operations',
    summary: 'Start the roll-out of the release in EARSHOT_NEXT_RELEASE_DIR, or continue it after a pause',
    response: FleetView,
    perMinute: 60,
  },
  pauseRollout: {
    method: 'POST',
    path: '/v1/rollout/pause',
    who: 'operations',
    summary: 'Pause the roll-out: no further device gets the release, and devices that have it keep it',
    response: FleetView,
    perMinute: 60,
  },
  haltRollout: {
    method: 'POST',
    path: '/v1/rollout/halt',
    who: 'operations',
    summary: 'Halt the roll-out: every device returns to the previous release',
    body: HaltRequest,
    response: FleetView,
    perMinute: 60,
  },
} as const satisfies Record<string, Route>;
