import { z } from 'zod';
import * as candidate from '@earshot/shared/contracts/candidate.ts';
import { Sha256 } from '@earshot/shared/contracts/common.ts';
import * as device from '@earshot/shared/contracts/device.ts';
import * as dropIn from '@earshot/shared/contracts/drop-in.ts';
import * as samples from '@earshot/shared/contracts/samples.ts';
import * as teaching from '@earshot/shared/contracts/teaching.ts';
import { ById, type Route } from './route.ts';

/** The routes that devices call with their token. */
export const DEVICE_ROUTES = {
  putCandidate: {
    method: 'PUT',
    path: '/v1/candidates/:id',
    who: 'device',
    summary: 'Register a suspected sound; idempotent',
    params: ById,
    body: candidate.Candidate,
    response: candidate.CandidateAccepted,
    mayBeUrgent: true,
    perMinute: 1200,
    // Far more than the sounds and the backlog of a day need. Reports beyond the limit wait in the devices' outboxes, keep their time of
    // detection, and do not delay other homes.
    ofHome: { perMinute: 300, atOnce: 15 },
  },
  stillHeard: {
    method: 'POST',
    path: '/v1/candidates/:id/heard',
    who: 'device',
    summary: 'Report that the sound continues, or has ended',
    params: ById,
    body: candidate.StillHeard,
    response: null,
    perMinute: 600,
  },
  heartbeat: {
    method: 'POST',
    path: '/v1/heartbeat',
    who: 'device',
    summary: 'Report the state of the device and get its orders',
    body: device.Heartbeat,
    response: device.HeartbeatAnswer,
  },
  addSegment: {
    method: 'POST',
    path: '/v1/drop-in-segments',
    who: 'device',
    summary: 'Announce the next second of live sound, while somebody listens',
    body: dropIn.DropInSegmentRequest,
    response: dropIn.DropInSegmentAnswer,
    perMinute: 120,
  },
  getModel: {
    method: 'GET',
    path: '/v1/models/:sha256',
    who: 'device',
    summary: 'A file of the model release, by its hash; also the manifest and its signature',
    params: z.object({ sha256: Sha256 }),
    response: 'bytes',
  },
  announceExample: {
    method: 'PUT',
    path: '/v1/taught-examples/:id',
    who: 'device',
    summary: 'Announce the recorded example that a member asked for; the answer contains the upload link',
    params: ById,
    body: teaching.ExampleRequest,
    response: teaching.ExampleAnswer,
    perMinute: 60,
  },
  exampleStored: {
    method: 'POST',
    path: '/v1/taught-examples/:id/stored',
    who: 'device',
    summary: 'Report that the example is uploaded',
    params: ById,
    response: null,
    perMinute: 60,
  },
  getTaughtFile: {
    method: 'GET',
    path: '/v1/taught-sounds/files/:sha256',
    who: 'device',
    summary: 'The model head of a sound that this home taught, by its hash',
    params: z.object({ sha256: Sha256 }),
    response: 'bytes',
  },
  getIgnoredFile: {
    method: 'GET',
    path: '/v1/ignored-sounds/files/:sha256',
    who: 'device',
    summary: 'The file of ignored sounds, which the device does not report, by its hash',
    params: z.object({ sha256: Sha256 }),
    response: 'bytes',
  },
  announceSample: {
    method: 'PUT',
    path: '/v1/samples/:id',
    who: 'device',
    summary:
      'Announce a sample: a randomly chosen sound that scored just below the threshold. The answer contains the upload link when the home has opted in',
    params: ById,
    body: samples.SampleRequest,
    response: samples.SampleAnswer,
    perMinute: 30,
  },
  sampleStored: {
    method: 'POST',
    path: '/v1/samples/:id/stored',
    who: 'device',
    summary: 'Report that the sample is uploaded',
    params: ById,
    response: null,
    perMinute: 30,
  },
} as const satisfies Record<string, Route>;
