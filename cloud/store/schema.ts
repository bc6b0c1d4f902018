import type { AlertReason } from '@earshot/shared/alert-reason.ts';
import type { ColumnType, Generated } from 'kysely';

/**
 * One schema for SQLite and PostgreSQL. It uses only what works the same way on both. Ids are UUIDv7 text; they are ordered by time, so no
 * sequences are needed. Instants are integers in ms since the epoch. Booleans are 0 and 1. JSON is text that is parsed with a zod contract.
 */
type Json = string;
type Ms = number;
type Flag = number;
/** A column that is written when the row is inserted, and never changed. */
type Fixed<T> = ColumnType<T, T, never>;

export interface Schema {
  homes: {
    id: Fixed<string>;
    name: string;
    createdAtMs: Fixed<Ms>;
    /**
     * Until this time the home counts as watched. While the app is open, its live stream extends this time. Devices of a watched home send
     * their scores.
     */
    watchedUntilMs: Ms;
    /**
     * The taught sounds that the home's devices listen for (taught-sounds/kept-taught.ts); null when there are none.
     */
    taught: Generated<Json | null>;
  };
  settings: {
    homeId: Fixed<string>;
    version: number;
    body: Json;
    /** When the schedule will next change the home's mode; null without a schedule. */
    nextModeAtMs: Ms | null;
  };
  members: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    name: string;
    escalation: number;
    createdAtMs: Fixed<Ms>;
    role: Generated<'owner' | 'member'>;
  };
  devices: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    name: string;
    room: string;
    createdAtMs: Fixed<Ms>;
    lastHeartbeatAtMs: Ms | null;
    heartbeat: Json | null;
    /** Whether the homeowner was notified that the device sends no heartbeats. */
    silent: Flag;
    /** The newest order for the device's siren (homes/siren-orders.ts); null when there never was one. */
    sirenOrder: Generated<Json | null>;
    /** The running release and the result of the last update, from the last stored heartbeat. */
    release: Generated<string | null>;
    releaseState: Generated<string | null>;
    /** Until this time somebody listens live (drop-in/listeners.ts); 0 when nobody ever did. */
    listenUntilMs: Generated<Ms>;
    /** The newest order to record an example (taught-sounds/record-order.ts); null when there never was one. */
    recordOrder: Generated<Json | null>;
    /** SHA-256 of the device's `IgnoredSoundsFile`; null when the device ignores no sounds. */
    ignoredSha256: Generated<string | null>;
  };
  /** `hash` is the SHA-256 of a 256-bit random token. `subjectId` is the device's or the member's id. */
  tokens: {
    hash: Fixed<string>;
    kind: Fixed<'device' | 'member'>;
    homeId: Fixed<string>;
    subjectId: Fixed<string>;
    createdAtMs: Fixed<Ms>;
  };
  /**
   * Why a token is no longer valid, so that a phone that still has it can show the reason. No foreign key: the reason remains when the home
   * is deleted.
   */
  endedTokens: { hash: Fixed<string>; reason: Fixed<'removed' | 'home_deleted'>; atMs: Fixed<Ms> };
  /**
   * `hash` is an HMAC with the server's secret. A plain hash of a 40-bit code from a stolen database could be reversed.
   */
  pairingCodes: {
    hash: Fixed<string>;
    homeId: Fixed<string>;
    kind: Fixed<'device' | 'member'>;
    /**
     * The existing member whom the phone with this code becomes (for the first phone of a new home). Null: pairing creates a new member or
     * device.
     */
    memberId: Fixed<string | null>;
    expiresAtMs: Fixed<Ms>;
    usedAtMs: Ms | null;
  };
  candidates: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    incidentId: string;
    label: string;
    /** The `Candidate` contract as it was received, without its embedding. */
    body: Fixed<Json>;
    registeredAtMs: Fixed<Ms>;
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    verifierScore: number | null;
    verifiedAtMs: Ms | null;
    /** When the candidate was put into the work queue; null: not yet. The sweeper queues it once its clip is stored. */
    queuedAtMs: Ms | null;
    /**
     * The verifier's embedding of the clip (shared/features/embedding.ts). Null without a clip, and after a rejection.
     */
    embedding: Generated<string | null>;
    /** SHA-256 of the verifier that made the embedding. Embeddings of different verifiers cannot be compared. */
    embeddedBy: Generated<string | null>;
    /** The embedding that the device's trunk network made. It is deleted with the clip. Null from older devices. */
    deviceEmbedding: Generated<Json | null>;
    /** The ignored sound that caused the candidate's rejection. The ignored sound may have been removed since. */
    ignoredSoundId: Generated<string | null>;
  };
  /** Sounds that a member marked as a false alert. Similar sounds from the same device are rejected. */
  ignoredSounds: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    /**
     * The first alert that was marked as wrong, and the candidate in it. No foreign keys: when they are deleted, the sound stays ignored.
     */
    incidentId: string;
    candidateId: string;
    description: string;
    embedding: string;
    embeddedBy: string;
    createdBy: string;
    createdAtMs: Ms;
  };
  /**
   * The alerts of this ignored sound that members marked as wrong. The sound stays ignored until all marks are withdrawn.
   */
  ignoredMarks: {
    soundId: Fixed<string>;
    incidentId: Fixed<string>;
    candidateId: Fixed<string>;
    description: Fixed<string>;
    embedding: Fixed<string>;
    embeddedBy: Fixed<string>;
    createdBy: Fixed<string>;
    createdAtMs: Fixed<Ms>;
  };
  /**
   * The device's embeddings of an ignored sound. A few are kept, each from a time when a member marked the sound or the verifier ignored
   * it.
   */
  ignoredHearings: {
    soundId: Fixed<string>;
    candidateId: Fixed<string>;
    incidentId: Fixed<string>;
    kind: Fixed<'marked' | 'ignored'>;
    embedding: Fixed<string>;
    trunkSha256: Fixed<string>;
    /** When the device detected the sound, not when the sound was marked or verified. */
    heardAtMs: Fixed<Ms>;
  };
  clips: {
    candidateId: Fixed<string>;
    homeId: Fixed<string>;
    key: Fixed<string>;
    sha256: Fixed<string>;
    bytes: Fixed<number>;
    state: 'awaited' | 'stored' | 'missing' | 'deleted' | 'shed';
    /**
     * The end of the last upload link. Until this time a deleted clip may still be uploaded, so the store is checked until then.
     */
    uploadUntilMs: Ms;
    storedAtMs: Ms | null;
    /** When the clip expires according to the home's retention. */
    expiresAtMs: Ms | null;
    /** The member who shared the clip with the operators, and when. Null: the operators cannot hear it. */
    sharedBy: Generated<string | null>;
    sharedAtMs: Generated<Ms | null>;
  };
  incidents: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    label: string;
    class: 'safety' | 'security' | 'upkeep';
    /**
     * `home:label:subject:test` while the sound lasts, null afterwards. The key is unique, so that a home has one active incident per
     * sound. An alert that was marked as false adds its id to its key, so that a new alert can have the plain key.
     */
    activeKey: string | null;
    /** The device that a notice is about; empty for sounds. */
    subjectId: string;
    state: 'open' | 'acknowledged' | 'cleared';
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    test: Flag;
    late: Flag;
    startedAtMs: Ms;
    lastHeardAtMs: Ms;
    clearedAtMs: Ms | null;
    /** When the incident's first notification was written, even if it was suppressed; null before. */
    toldAtMs: Ms | null;
    /** The highest escalation level that was notified; -1 when nobody was notified yet. */
    toldLevel: number;
    repeats: number;
    /** When the sweeper must handle the incident next; null when nothing is due. */
    nextAtMs: Ms | null;
    deadlineAtMs: Ms | null;
    repeatAtMs: Ms | null;
    escalateAtMs: Ms | null;
    acknowledgedBy: string | null;
    acknowledgedAtMs: Ms | null;
    feedback: 'right' | 'wrong' | null;
    feedbackBy: string | null;
    feedbackAtMs: Ms | null;
    /** One sentence that describes the detected sound with its measurements, or the problem of a device. */
    why: string;
    /** What notifications say about the sound; null for notices, from earlier versions, and when there is nothing to say. */
    reason: AlertReason | null;
    updatedAtMs: Ms;
  };
  /** The transactional outbox of notifications. Unique by (incident, member, step), so that nothing is sent twice. */
  notifications: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    incidentId: Fixed<string>;
    memberId: Fixed<string>;
    step: Fixed<string>;
    /** The `NotificationBody` contract. */
    body: Fixed<Json>;
    /** 0 for safety, 1 for security, 2 for upkeep. Lower ranks are sent first. */
    rank: Fixed<number>;
    state: 'pending' | 'sent' | 'suppressed' | 'expired';
    /**
     * Why the notification is suppressed (the `NotSent` contract). Null when it is not suppressed, or when an earlier version wrote it.
     */
    notSent: Fixed<Json | null>;
    createdAtMs: Fixed<Ms>;
    dueAtMs: Ms;
    expiresAtMs: Fixed<Ms>;
    leaseUntilMs: Ms;
    attempts: number;
    sentAtMs: Ms | null;
    sentBy: string | null;
    lastError: string | null;
  };
  channels: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    memberId: Fixed<string>;
    kind: Fixed<'webpush' | 'webhook' | 'mqtt' | 'email' | 'ntfy'>;
    /** The `ChannelRequest` contract, which contains secrets, in encrypted form. */
    target: Json;
    describes: string;
    state: 'ok' | 'failing' | 'gone';
    lastError: string | null;
    position: number;
    /** No attempt is made before this time, because of the back-off or the service's Retry-After. */
    restUntilMs: Ms;
    failures: number;
    createdAtMs: Fixed<Ms>;
    /** When the member last confirmed that a test message arrived; null: never. */
    confirmedAtMs: Ms | null;
    /**
     * For MQTT channels: the process that publishes the home's states to this broker, and until when it may do so
     * (home-assistant/bridge-leases.ts).
     */
    bridgeHolder: Generated<string | null>;
    bridgeUntilMs: Generated<Ms>;
  };
  /** Pending events for automations (webhook, MQTT): one row per channel and step, deleted after delivery. */
  automationEvents: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    channelId: Fixed<string>;
    incidentId: Fixed<string>;
    step: Fixed<string>;
    body: Fixed<Json>;
    dueAtMs: Ms;
    expiresAtMs: Fixed<Ms>;
    leaseUntilMs: Ms;
  };
  /** The last test of each alarm on each device. */
  alarmTests: {
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    atMs: Ms;
    heardAfterMs: Ms;
    reportedAfterMs: Ms;
    aboveRoomDb: number | null;
  };
  /** Who listened live to which device, and when. Names are stored as they were at that time. */
  dropIns: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    deviceName: Fixed<string>;
    memberId: Fixed<string>;
    memberName: Fixed<string>;
    startedAtMs: Fixed<Ms>;
    /** When the session ended or will end by itself. */
    untilMs: Ms;
  };
  /** Live sound in the clip store: one second per row, removed after a minute (drop-in/segment-removal.ts). */
  dropInSegments: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    key: Fixed<string>;
    bytes: Fixed<number>;
    createdAtMs: Fixed<Ms>;
    uploadUntilMs: Fixed<Ms>;
    lookAtMs: Ms;
  };
  /** Sounds that this home taught. `file` is the `TaughtSoundFile` that the devices download. */
  taughtSounds: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    /** The device that records the examples. */
    deviceId: Fixed<string>;
    label: Fixed<string>;
    name: string;
    icon: string;
    class: Fixed<'security' | 'upkeep'>;
    state: 'collecting' | 'learning' | 'ready' | 'failed';
    reason: 'examples' | 'error' | null;
    file: Json | null;
    fileSha256: string | null;
    /** The trunk network on which the sound was last trained. */
    trunkSha256: string | null;
    figures: Json | null;
    checkFound: Flag | null;
    /** Until this time one process holds the lease for training the sound. */
    learningUntilMs: Ms;
    createdAtMs: Fixed<Ms>;
  };
  /**
   * The recordings of a taught sound, in the clip store. They are kept, because the head must be trained again for a release with another
   * trunk network.
   */
  taughtExamples: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    soundId: Fixed<string>;
    deviceId: Fixed<string>;
    key: Fixed<string>;
    state: 'waiting' | 'recording' | 'found' | 'silent';
    bytes: number;
    found: Json | null;
    /** Name of the member who requested the example, as it was at that time. */
    byName: Fixed<string>;
    createdAtMs: Fixed<Ms>;
    uploadUntilMs: Ms;
  };
  /**
   * Randomly chosen sounds that scored just below the threshold, for members to judge. Nobody is ever notified of them.
   */
  samples: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    score: Fixed<number>;
    /** The probability with which the device chose to send this sample. */
    propensity: Fixed<number>;
    policy: Fixed<string>;
    /** The `SampleRequest` contract as it was received. */
    body: Fixed<Json>;
    key: Fixed<string>;
    sha256: Fixed<string>;
    bytes: Fixed<number>;
    state: 'awaited' | 'stored' | 'deleted';
    /** The verifier's verdict on the sample. */
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    /** A member's judgement. Null means that nobody has judged the sample. */
    feedback: 'right' | 'wrong' | null;
    feedbackBy: string | null;
    createdAtMs: Fixed<Ms>;
    uploadUntilMs: Ms;
    expiresAtMs: Ms | null;
  };
  /** The work queue, when it is a table of the database (queue/database-queue.ts). */
  jobs: {
    id: Fixed<string>;
    queue: Fixed<string>;
    lane: Fixed<number>;
    group: Fixed<string>;
    /** The job's place in start-time fair queueing (queue/database-queue.ts). */
    turn: number;
    body: Fixed<string>;
    state: 'ready' | 'dead';
    visibleAtMs: Ms;
    receipt: string | null;
    deliveries: number;
    sentAtMs: Fixed<Ms>;
    reason: string | null;
  };
  /**
   * Records of deletions, done and in progress. The bytes are removed again and again until no upload link can store them any more.
   */
  deletions: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    reason: Fixed<'rejected' | 'expired' | 'member' | 'home'>;
    key: Fixed<string>;
    bytes: Fixed<number>;
    requestedAtMs: Fixed<Ms>;
    /** When the store confirmed that the bytes are removed. */
    doneAtMs: Ms | null;
    /** When to check again whether the bytes are in the store; null when no upload is possible any more. */
    lookAtMs: Ms | null;
    watchUntilMs: Fixed<Ms>;
  };
  /**
   * Changes for the live streams, kept for a minute. From these rows, any API process can serve the streams of any home.
   */
  changes: { id: Fixed<string>; homeId: Fixed<string>; atMs: Fixed<Ms>; event: Fixed<Json> };
  /** Releases that were or are rolled out in stages (rollout/rollout.ts). */
  rollouts: {
    version: Fixed<string>;
    manifestSha256: Fixed<string>;
    percent: number;
    state: 'running' | 'paused' | 'halted' | 'done';
    reason: string | null;
    startedAtMs: Fixed<Ms>;
    stageAtMs: Ms;
    lookedAtMs: Ms;
    /** The counts for the old and the new release when they were last compared. */
    seen: Json | null;
  };
  releases: { version: Fixed<string>; manifestSha256: Fixed<string>; manifest: Fixed<Json>; addedAtMs: Fixed<Ms> };
}
