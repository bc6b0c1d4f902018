import { z } from 'zod';
import { Id, Instant, Label, LabelClassName, ModeName, Name, Score, pageOf } from './common.ts';
import { ClipInfo, Why } from './candidate.ts';
import { SirenState, SourceHealth } from './device.ts';
import { TaughtName } from './teaching.ts';

/**
 * The verdict on a candidate, and so on its incident: the verifier's decision, `pending` before it, or `unverified`
 * when the deadline passed without a decision.
 */
const VERDICTS = ['pending', 'unverified', 'confirmed', 'rejected'] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;

const INCIDENT_STATES = ['open', 'acknowledged', 'cleared'] as const;
const IncidentState = z.enum(INCIDENT_STATES);

const FEEDBACK = ['right', 'wrong'] as const;

/** One candidate as the app shows it. */
export const Evidence = z.object({
  candidateId: Id,
  deviceId: Id,
  deviceName: z.string(),
  room: z.string(),
  label: Label,
  startedAt: Instant,
  detectedAt: Instant,
  late: z.boolean(),
  /** The mode in which the device listened; null: an older device did not send it. */
  mode: ModeName.nullable(),
  why: Why,
  deviceScore: Score,
  verdict: Verdict,
  /** Null until the verifier has given a score. */
  verifierScore: Score.nullable(),
  /** Whether the candidate was rejected because it resembles a sound that a member marked as a false alert. */
  ignored: z.boolean(),
  clip: ClipInfo.extend({
    state: z.enum(['awaited', 'stored', 'missing', 'deleted', 'shed']),
    /** Who shared the recording with the operators of the cloud, and when; null: they cannot hear it. */
    shared: z.object({ by: z.string(), at: Instant }).nullable(),
  }).nullable(),
});
export type Evidence = z.infer<typeof Evidence>;

/** Why nobody was notified of an incident that would otherwise have been reported. */
export const NotSent = z.discriminatedUnion('because', [
  /** The same sound was reported less than five minutes earlier (shared/cool-down.ts). */
  z.object({ because: z.literal('cool_down'), reportedAt: Instant }),
  z.object({ because: z.literal('not_now') }),
  z.object({ because: z.literal('quiet_hours'), until: Instant }),
]);
export type NotSent = z.infer<typeof NotSent>;

export const Incident = z.object({
  id: Id,
  label: Label,
  class: LabelClassName,
  state: IncidentState,
  verdict: Verdict,
  test: z.boolean(),
  late: z.boolean(),
  startedAt: Instant,
  lastHeardAt: Instant,
  clearedAt: Instant.nullable(),
  /** One sentence that says what was detected, how certain it is and why. */
  summary: z.string(),
  devices: z.array(z.object({ id: Id, name: z.string(), room: z.string() })),
  acknowledged: z.object({ by: z.string(), memberId: Id, at: Instant }).nullable(),
  /**
   * Whether nobody was alerted because the sound resembles one that a member marked as a false alert (IgnoredSound).
   */
  ignored: z.boolean(),
  feedback: z.object({ verdict: z.enum(FEEDBACK), by: z.string(), at: Instant }).nullable(),
  evidence: z.array(Evidence),
  notified: z.number().int().nonnegative(),
  notSent: NotSent.nullable(),
  updatedAt: Instant,
});
export type Incident = z.infer<typeof Incident>;
export const IncidentPage = pageOf(Incident);

/** The query of GET /v1/incidents. The app filters by days itself. */
export const IncidentQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  label: Label.optional(),
  verdict: Verdict.optional(),
  deviceId: Id.optional(),
  state: IncidentState.optional(),
  before: Instant.optional(),
  after: Instant.optional(),
});

export const FeedbackRequest = z.object({ verdict: z.enum(FEEDBACK).nullable() });
export const AcknowledgeRequest = z.object({ acknowledged: z.boolean() });
export const ClipLink = z.object({ url: z.string(), expiresAt: Instant });

export const DeviceView = z.object({
  id: Id,
  name: z.string(),
  room: z.string(),
  online: z.boolean(),
  lastHeartbeatAt: Instant.nullable(),
  software: z.string().nullable(),
  release: z.string().nullable(),
  releaseState: z.object({ state: z.string(), message: z.string().nullable() }).nullable(),
  settingsVersion: z.number().nullable(),
  sources: z.array(SourceHealth),
  hears: z.array(z.object({ label: Label, score: Score })),
  outboxRecords: z.number(),
  cpuPercent: z.number().nullable(),
  rssMb: z.number().nullable(),
  siren: SirenState,
  /** Whether the device lets members listen live. */
  dropIn: z.boolean(),
  /** Names of those who listen live now. */
  listeners: z.array(z.string()),
});
export type DeviceView = z.infer<typeof DeviceView>;
export const SirenRequest = z.object({ on: z.boolean() });
export const DevicePatch = z.object({ name: Name.optional(), room: z.string().trim().max(60).optional() });

const Role = z.enum(['owner', 'member']);
export const MemberView = z.object({
  id: Id,
  name: z.string(),
  /** Only an owner may delete the home, remove people or devices, and assign roles. */
  role: Role,
  you: z.boolean(),
  escalation: z.number().int().nonnegative(),
  createdAt: Instant,
});
export type MemberView = z.infer<typeof MemberView>;
export const MemberPatch = z.object({
  name: Name.optional(),
  escalation: z.number().int().min(0).max(20).optional(),
  role: Role.optional(),
});
export type MemberPatch = z.infer<typeof MemberPatch>;

const CHANNEL_KINDS = ['webpush', 'webhook', 'mqtt', 'email', 'ntfy'] as const;
/**
 * Channels that lead to programs and get every event of the home at once. Channels of the other kinds reach people and
 * are tried one after the other until one works.
 */
export const AUTOMATION_KINDS = ['webhook', 'mqtt'] as const;
/**
 * A channel: a way to reach one member. `target` is an address or a key, depending on the kind. The API's answers
 * contain no secrets.
 */
export const ChannelRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('webpush'),
    endpoint: z.url(),
    keys: z.object({ p256dh: z.string(), auth: z.string() }),
    userAgent: z.string().max(300).default(''),
  }),
  z.object({ kind: z.literal('webhook'), url: z.url(), secret: z.string().min(8).max(200) }),
  z.object({
    kind: z.literal('mqtt'),
    url: z.string(),
    topic: z.string().max(200),
    username: z.string().optional(),
    password: z.string().optional(),
  }),
  z.object({ kind: z.literal('email'), address: z.email() }),
  z.object({ kind: z.literal('ntfy'), url: z.url(), token: z.string().optional() }),
]);
export type ChannelRequest = z.infer<typeof ChannelRequest>;
export const ChannelView = z.object({
  id: Id,
  memberId: Id,
  kind: z.enum(CHANNEL_KINDS),
  /** A name that a person recognises: "Chrome on Android", "ops@…". */
  describes: z.string(),
  state: z.enum(['ok', 'failing', 'gone']),
  lastError: z.string().nullable(),
  order: z.number().int(),
  /** When its member last confirmed that a test message arrived; null: never. */
  confirmedAt: Instant.nullable(),
});
export type ChannelView = z.infer<typeof ChannelView>;

/** GET /v1/home: everything that the first screen needs, in one answer. */
export const HomeView = z.object({
  id: Id,
  name: z.string(),
  mode: ModeName,
  you: MemberView,
  open: z.array(Incident),
  devices: z.array(DeviceView),
  vapidPublicKey: z.string(),
  /** The state of the caller's channels: one is confirmed, some are set up but none is confirmed, or there are none. */
  reach: z.enum(['confirmed', 'untested', 'none']),
  /** Whether this server can send e-mail. */
  email: z.boolean(),
  /** Whether this server has operators, with whom a recording can be shared. */
  operators: z.boolean(),
  cloudVersion: z.string(),
  /** The names of the home's taught sounds. */
  taught: z.array(TaughtName),
});
export type HomeView = z.infer<typeof HomeView>;

/** PATCH /v1/home. The home's time zone is a setting, because devices run the schedule in this time zone. */
export const HomePatch = z.object({ name: Name });

/** GET /v1/calibration: what a sensitivity level means, according to the release's calibration. */
export const CalibrationView = z.object({
  release: z.string(),
  labels: z.record(
    Label,
    z.record(z.enum(['low', 'medium', 'high']), z.object({ falseAlertsPerDay: z.number(), missRate: z.number() })),
  ),
});

/** GET /v1/live?page=ID: a page sends a random id, so that its new stream replaces its old one. */
export const LiveQuery = z.object({ page: z.string().max(40).optional() });
/**
 * GET /v1/live (SSE): the type of an event is in `event:`, and this JSON is in `data:`. A `beat` says only that the
 * stream is alive and that nothing is missing. It comes every LIVE_BEAT_MS.
 */
export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('incident'), incident: Incident }),
  z.object({ type: z.literal('incident_deleted'), incidentId: Id }),
  z.object({ type: z.literal('device'), device: DeviceView }),
  z.object({ type: z.literal('settings'), version: z.number() }),
  z.object({ type: z.literal('members') }),
  z.object({ type: z.literal('beat') }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;

/** The content of a notification, whatever the channel. The Web Push payload has exactly this form. */
export const NotificationBody = z.object({
  incidentId: Id,
  /** Possible values: opened, update (the verdict came), repeat, escalated, marked_false, all_clear, test, upkeep. */
  step: z.string(),
  label: z.string(),
  class: LabelClassName,
  verdict: Verdict,
  title: z.string(),
  body: z.string(),
  /** The name of what was heard (`ALERT_REASONS`), for phones that speak another language; null or absent: unknown. */
  reason: z.string().max(80).nullable().optional(),
  url: z.string(),
  at: Instant,
  test: z.boolean(),
  /**
   * Only in an all-clear: other alerts of the same sound that are over and of which the member gets no all-clear. A
   * phone closes their notifications.
   */
  alsoOver: z.array(Id).optional(),
});
export type NotificationBody = z.infer<typeof NotificationBody>;
