import { z } from 'zod';
import { AlarmTest, AlarmTestRequest } from '@earshot/shared/contracts/alarm-tests.ts';
import * as api from '@earshot/shared/contracts/api.ts';
import * as candidate from '@earshot/shared/contracts/candidate.ts';
import { Id, Sha256 } from '@earshot/shared/contracts/common.ts';
import * as device from '@earshot/shared/contracts/device.ts';
import * as dropIn from '@earshot/shared/contracts/drop-in.ts';
import * as home from '@earshot/shared/contracts/home.ts';
import { FleetView, HaltRequest } from '@earshot/shared/contracts/fleet.ts';
import { Hunch } from '@earshot/shared/contracts/hunches.ts';
import { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import * as samples from '@earshot/shared/contracts/samples.ts';
import * as teaching from '@earshot/shared/contracts/teaching.ts';
import { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { HomeSettings, HomeSettingsPatch } from '@earshot/shared/contracts/settings.ts';

/**
 * Every route of the API: the server registers these and no others, the OpenAPI page is generated from them, and
 * walls.test.ts checks on each of them that homes are isolated.
 *
 * - Devices and scripts send `Authorization: Bearer TOKEN` (from POST /v1/pair). The app sends the cookie of POST
 * /v1/session,
 *   and with everything but GET the header `x-earshot-app: 1`, which no other site can add (403 CSRF without it).
 * - Errors are `ErrorBody` with a code of shared/errors.ts. An id of another home answers 404 like one that never was,
 * and so does
 *   every id to the wrong kind of token (a device's where a member's is meant).
 * - `response: null` answers 204 without a body. Settings carry an ETag; `If-Match` is optional (409 when somebody was
 * faster). - A device puts a candidate, uploads the clip to the link that it got, and may put the candidate again:
 * `upload: null` then
 *   says that the clip was seen. (A clip that goes straight to S3 is found within 2 s without that.)
 */
export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** In Fastify's syntax; `:name` is a path parameter. */
  path: string;
  who: 'anyone' | 'device' | 'member' | 'operations';
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Null: 204. 'bytes' and 'events' are streams, 'text' is plain text. */
  response: z.ZodType | null | 'bytes' | 'events' | 'text';
  /** A safety label in the body makes the request urgent: it goes first and has its own limits. */
  mayBeUrgent?: boolean;
  /** Requests per minute and token (or address, where anyone may call); default 1,200. Urgent requests have the same limit again. */
  perMinute?: number;
  /** Limit for all of a home's devices together; urgent requests are neither counted nor refused. */
  ofHome?: { perMinute: number; atOnce: number };
  /** Default 64 KiB. */
  maxBodyBytes?: number;
}

const ById = z.object({ id: Id });

export const ROUTES = {
  // Anyone
  pair: {
    method: 'POST',
    path: '/v1/pair',
    who: 'anyone',
    summary: 'Turn a pairing code into a token',
    body: device.PairRequest,
    response: device.PairResponse,
    perMinute: 10,
  },
  openSession: {
    method: 'POST',
    path: '/v1/session',
    who: 'anyone',
    summary: 'Pair this browser: sets the session cookie',
    body: api.SessionRequest,
    response: api.SessionView,
    perMinute: 10,
  },

  // Devices
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
    // Far more than a home's sounds and a day's backlog need. Reports beyond the limit wait in the devices' outboxes,
    // keep their time of detection, and do not delay other homes.
    ofHome: { perMinute: 300, atOnce: 15 },
  },
  stillHeard: {
    method: 'POST',
    path: '/v1/candidates/:id/heard',
    who: 'device',
    summary: 'The sound continues, or has ended',
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
    summary: 'The next second of live sound, while somebody listens',
    body: dropIn.DropInSegmentRequest,
    response: dropIn.DropInSegmentAnswer,
    perMinute: 120,
  },
  getModel: {
    method: 'GET',
    path: '/v1/models/:sha256',
    who: 'device',
    summary: 'A file of the model release, by its hash (the manifest and its signature too)',
    params: z.object({ sha256: Sha256 }),
    response: 'bytes',
  },

  announceExample: {
    method: 'PUT',
    path: '/v1/taught-examples/:id',
    who: 'device',
    summary: 'The example that a member asked for is recorded: where to upload it',
    params: ById,
    body: teaching.ExampleRequest,
    response: teaching.ExampleAnswer,
    perMinute: 60,
  },
  exampleStored: {
    method: 'POST',
    path: '/v1/taught-examples/:id/stored',
    who: 'device',
    summary: 'The example is uploaded',
    params: ById,
    response: null,
    perMinute: 60,
  },
  getTaughtFile: {
    method: 'GET',
    path: '/v1/taught-sounds/files/:sha256',
    who: 'device',
    summary: 'The head of a sound that this home taught, by its hash',
    params: z.object({ sha256: Sha256 }),
    response: 'bytes',
  },

  announceSample: {
    method: 'PUT',
    path: '/v1/samples/:id',
    who: 'device',
    summary: 'A moment just below the threshold, chosen at random; where to upload it, when the home has opted in',
    params: ById,
    body: samples.SampleRequest,
    response: samples.SampleAnswer,
    perMinute: 30,
  },
  sampleStored: {
    method: 'POST',
    path: '/v1/samples/:id/stored',
    who: 'device',
    summary: 'The sample is uploaded',
    params: ById,
    response: null,
    perMinute: 30,
  },

  // Members
  closeSession: {
    method: 'DELETE',
    path: '/v1/session',
    who: 'member',
    summary: 'Sign this browser out',
    response: null,
  },
  getHome: {
    method: 'GET',
    path: '/v1/home',
    who: 'member',
    summary: 'What the first screen needs',
    response: home.HomeView,
  },
  patchHome: {
    method: 'PATCH',
    path: '/v1/home',
    who: 'member',
    summary: 'Rename the home (the time zone is in the settings)',
    body: home.HomePatch,
    response: home.HomeView,
  },
  deleteHome: {
    method: 'DELETE',
    path: '/v1/home',
    who: 'member',
    summary: 'Delete the home and everything in it',
    body: api.DeleteHomeRequest,
    response: null,
    perMinute: 5,
  },
  getExport: {
    method: 'GET',
    path: '/v1/export',
    who: 'member',
    summary: 'All data that is stored about the home',
    response: api.HomeExport,
    perMinute: 5,
  },
  live: {
    method: 'GET',
    path: '/v1/live',
    who: 'member',
    summary: 'Server-sent events: LiveEvent',
    response: 'events',
  },
  getCalibration: {
    method: 'GET',
    path: '/v1/calibration',
    who: 'member',
    summary: 'What each sensitivity means',
    response: home.CalibrationView,
  },

  listIncidents: {
    method: 'GET',
    path: '/v1/incidents',
    who: 'member',
    summary: 'Newest first, by cursor',
    query: home.IncidentQuery,
    response: home.IncidentPage,
  },
  deleteIncidents: {
    method: 'POST',
    path: '/v1/incidents/delete',
    who: 'member',
    summary: 'Delete many',
    body: api.DeleteIncidentsRequest,
    response: api.Deleted,
  },
  getIncident: {
    method: 'GET',
    path: '/v1/incidents/:id',
    who: 'member',
    summary: 'One incident',
    params: ById,
    response: home.Incident,
  },
  deleteIncident: {
    method: 'DELETE',
    path: '/v1/incidents/:id',
    who: 'member',
    summary: 'Delete the incident with its clips',
    params: ById,
    response: null,
  },
  getClip: {
    method: 'GET',
    path: '/v1/incidents/:id/clips/:candidateId',
    who: 'member',
    summary: 'A short-lived link to the sound',
    params: ById.extend({ candidateId: Id }),
    response: home.ClipLink,
  },
  acknowledge: {
    method: 'POST',
    path: '/v1/incidents/:id/acknowledge',
    who: 'member',
    summary: 'Acknowledge, or undo it',
    params: ById,
    body: home.AcknowledgeRequest,
    response: home.Incident,
  },
  feedback: {
    method: 'POST',
    path: '/v1/incidents/:id/feedback',
    who: 'member',
    summary: 'Mark an alert as right or wrong',
    params: ById,
    body: home.FeedbackRequest,
    response: home.Incident,
  },

  listIgnoredSounds: {
    method: 'GET',
    path: '/v1/ignored-sounds',
    who: 'member',
    summary: 'Sounds that alert nobody, because a member marked a similar one as wrong',
    response: z.object({ items: z.array(IgnoredSound) }),
  },
  deleteIgnoredSound: {
    method: 'DELETE',
    path: '/v1/ignored-sounds/:id',
    who: 'member',
    summary: 'Alert about similar sounds again',
    params: ById,
    response: null,
  },

  listHunches: {
    method: 'GET',
    path: '/v1/hunches',
    who: 'member',
    summary: "Another sensitivity that would have suited the home's own alerts better",
    response: z.object({ items: z.array(Hunch) }),
    perMinute: 60,
  },

  listSamples: {
    method: 'GET',
    path: '/v1/samples',
    who: 'member',
    summary: 'Moments that stayed just below the threshold and were sent at random, newest first',
    response: z.object({ items: z.array(samples.Sample) }),
  },
  getSample: {
    method: 'GET',
    path: '/v1/samples/:id',
    who: 'member',
    summary: 'A short-lived link to its recording',
    params: ById,
    response: home.ClipLink,
  },
  judgeSample: {
    method: 'POST',
    path: '/v1/samples/:id/feedback',
    who: 'member',
    summary: 'Say whether the sound was there',
    params: ById,
    body: samples.SampleFeedback,
    response: null,
  },
  deleteSample: {
    method: 'DELETE',
    path: '/v1/samples/:id',
    who: 'member',
    summary: 'Delete it with its recording',
    params: ById,
    response: null,
  },

  createTaughtSound: {
    method: 'POST',
    path: '/v1/taught-sounds',
    who: 'member',
    summary: 'Begin to teach a sound',
    body: teaching.TaughtSoundRequest,
    response: teaching.TaughtSound,
    perMinute: 30,
  },
  listTaughtSounds: {
    method: 'GET',
    path: '/v1/taught-sounds',
    who: 'member',
    summary: 'Sounds that this home taught, with their examples',
    response: z.object({ items: z.array(teaching.TaughtSound) }),
  },
  getTaughtSound: {
    method: 'GET',
    path: '/v1/taught-sounds/:id',
    who: 'member',
    summary: 'One of them',
    params: ById,
    response: teaching.TaughtSound,
  },
  deleteTaughtSound: {
    method: 'DELETE',
    path: '/v1/taught-sounds/:id',
    who: 'member',
    summary: 'Delete it with its recordings; devices stop listening for it',
    params: ById,
    response: null,
  },
  learnTaughtSound: {
    method: 'POST',
    path: '/v1/taught-sounds/:id/learn',
    who: 'member',
    summary: 'Teach it from its examples; takes some seconds',
    params: ById,
    response: teaching.TaughtSound,
    perMinute: 10,
  },
  recordExample: {
    method: 'POST',
    path: '/v1/taught-sounds/:id/examples',
    who: 'member',
    summary: 'Let its device record the next seconds',
    params: ById,
    response: teaching.TaughtSound,
    perMinute: 30,
  },
  getExample: {
    method: 'GET',
    path: '/v1/taught-sounds/:id/examples/:exampleId',
    who: 'member',
    summary: 'A short-lived link to the recording',
    params: ById.extend({ exampleId: Id }),
    response: home.ClipLink,
  },
  deleteExample: {
    method: 'DELETE',
    path: '/v1/taught-sounds/:id/examples/:exampleId',
    who: 'member',
    summary: 'Delete the recording',
    params: ById.extend({ exampleId: Id }),
    response: null,
  },

  getSettings: { method: 'GET', path: '/v1/settings', who: 'member', summary: 'With an ETag', response: HomeSettings },
  patchSettings: {
    method: 'PATCH',
    path: '/v1/settings',
    who: 'member',
    summary: 'Change some settings; If-Match is optional',
    body: HomeSettingsPatch,
    response: HomeSettings,
  },

  listDevices: {
    method: 'GET',
    path: '/v1/devices',
    who: 'member',
    summary: 'Devices and their health',
    response: z.object({ items: z.array(home.DeviceView) }),
  },
  patchDevice: {
    method: 'PATCH',
    path: '/v1/devices/:id',
    who: 'member',
    summary: 'Rename or move',
    params: ById,
    body: home.DevicePatch,
    response: home.DeviceView,
  },
  deleteDevice: {
    method: 'DELETE',
    path: '/v1/devices/:id',
    who: 'member',
    summary: 'Remove the device; its token becomes invalid at once',
    params: ById,
    response: null,
  },

  orderSiren: {
    method: 'POST',
    path: '/v1/devices/:id/siren',
    who: 'member',
    summary: 'Sound its siren for a minute, or stop it',
    params: ById,
    body: home.SirenRequest,
    response: home.DeviceView,
    perMinute: 30,
  },

  startDropIn: {
    method: 'POST',
    path: '/v1/devices/:id/drop-in',
    who: 'member',
    summary: 'Listen live for a minute; 403 when the home does not allow it now',
    params: ById,
    response: dropIn.DropIn,
    perMinute: 30,
  },
  listDropIns: {
    method: 'GET',
    path: '/v1/drop-ins',
    who: 'member',
    summary: 'Who listened live and when',
    response: z.object({ items: z.array(dropIn.DropIn) }),
  },
  getSegments: {
    method: 'GET',
    path: '/v1/drop-ins/:id/segments',
    who: 'member',
    summary: 'Links to the sound that can be played now; poll twice a second',
    params: ById,
    query: dropIn.DropInSegmentsQuery,
    response: dropIn.DropInSegments,
  },
  keepDropIn: {
    method: 'POST',
    path: '/v1/drop-ins/:id/keep',
    who: 'member',
    summary: 'Another minute',
    params: ById,
    response: dropIn.DropIn,
  },
  stopDropIn: {
    method: 'DELETE',
    path: '/v1/drop-ins/:id',
    who: 'member',
    summary: 'Stop listening',
    params: ById,
    response: null,
  },

  listAlarmTests: {
    method: 'GET',
    path: '/v1/alarm-tests',
    who: 'member',
    summary: 'The last test of each alarm and device',
    response: z.object({ items: z.array(AlarmTest) }),
  },
  keepAlarmTest: {
    method: 'POST',
    path: '/v1/alarm-tests',
    who: 'member',
    summary: 'Store the result of a test',
    body: AlarmTestRequest,
    response: AlarmTest,
    perMinute: 60,
  },

  getRooms: {
    method: 'GET',
    path: '/v1/rooms',
    who: 'member',
    summary: 'Which device hears which alarm',
    response: RoomGraph,
    perMinute: 60,
  },
  getRoomsTurtle: {
    method: 'GET',
    path: '/v1/rooms.ttl',
    who: 'member',
    summary: 'The same as Brick in Turtle',
    response: 'bytes',
    perMinute: 60,
  },

  listMembers: {
    method: 'GET',
    path: '/v1/members',
    who: 'member',
    summary: 'People of the home',
    response: z.object({ items: z.array(home.MemberView) }),
  },
  patchMember: {
    method: 'PATCH',
    path: '/v1/members/:id',
    who: 'member',
    summary: 'Change the name and the quiet hours',
    params: ById,
    body: home.MemberPatch,
    response: home.MemberView,
  },
  deleteMember: {
    method: 'DELETE',
    path: '/v1/members/:id',
    who: 'member',
    summary: 'Remove a person; their tokens and channels become invalid at once',
    params: ById,
    response: null,
  },

  listChannels: {
    method: 'GET',
    path: '/v1/channels',
    who: 'member',
    summary: 'Your notification channels, in order',
    response: z.object({ items: z.array(home.ChannelView) }),
  },
  addChannel: {
    method: 'POST',
    path: '/v1/channels',
    who: 'member',
    summary: 'Add a channel; the same push endpoint twice is one channel',
    body: home.ChannelRequest,
    response: home.ChannelView,
  },
  patchChannel: {
    method: 'PATCH',
    path: '/v1/channels/:id',
    who: 'member',
    summary: 'Change the order, or report whether a test message arrived',
    params: ById,
    body: api.ChannelPatch,
    response: home.ChannelView,
  },
  deleteChannel: {
    method: 'DELETE',
    path: '/v1/channels/:id',
    who: 'member',
    summary: 'Remove the channel',
    params: ById,
    response: null,
  },
  testChannel: {
    method: 'POST',
    path: '/v1/channels/:id/test',
    who: 'member',
    summary: 'Send a test message',
    params: ById,
    response: api.ChannelTestResult,
    perMinute: 10,
  },

  makeNtfyTopic: {
    method: 'POST',
    path: '/v1/ntfy-topics',
    who: 'member',
    summary: 'A topic that nobody can guess, for the ntfy app on a phone',
    response: api.NtfyTopic,
    perMinute: 20,
  },
  acknowledgeByLink: {
    method: 'POST',
    path: '/v1/incidents/:id/acknowledge-link',
    who: 'anyone',
    summary: 'The Acknowledge button of a notification: the signed link is the permission',
    params: ById,
    // Invalid input has no valid signature either, so it gets the same answer as an expired link.
    query: z.object({ member: z.string().default(''), until: z.coerce.number().catch(0), sig: z.string().default('') }),
    response: null,
    perMinute: 60,
  },

  getFleet: {
    method: 'GET',
    path: '/v1/fleet',
    who: 'operations',
    summary: 'Homes, devices, releases, roll-out and false alerts, as numbers',
    response: FleetView,
    perMinute: 60,
  },
  getTuningLog: {
    method: 'GET',
    path: '/v1/tuning-log',
    who: 'operations',
    summary: 'Scores of alerts and samples with what members said, of homes that opted in',
    query: z.object({ home: Id.optional() }),
    response: samples.TuningLog,
    perMinute: 60,
  },
  startRollout: {
    method: 'POST',
    path: '/v1/rollout/start',
    who: 'operations',
    summary: 'Begin the roll-out of the release in EARSHOT_NEXT_RELEASE_DIR, or go on after a pause',
    response: FleetView,
    perMinute: 60,
  },
  pauseRollout: {
    method: 'POST',
    path: '/v1/rollout/pause',
    who: 'operations',
    summary: 'Offer the release to no further device; those that have it keep it',
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

  makePairingCode: {
    method: 'POST',
    path: '/v1/pairing-codes',
    who: 'member',
    summary: 'Create a pairing code for another phone or device; valid for 10 minutes, once',
    body: device.PairingCodeRequest,
    response: device.PairingCodeResponse,
    perMinute: 20,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** Other routes: /healthz and /readyz (Health), /metrics (Prometheus), /v1/openapi.json, /docs, /v1/clips/* (signed links) and the app. */
export const BESIDE = ['/healthz', '/readyz', '/metrics', '/v1/openapi.json', '/docs', '/v1/clips/*', '/*'] as const;
