import type { ColumnType, Generated } from 'kysely';

/**
 * One schema for SQLite and PostgreSQL. It uses only what works the same on both: ids are UUIDv7 text (ordered by time,
 * so no sequences), instants are integers in ms since the epoch, booleans are 0 and 1, and JSON is text that a zod
 * contract reads.
 */
type Json = string;
type Ms = number;
type Flag = number;
/** A column that is written when the row is inserted and never changes. */
type Fixed<T> = ColumnType<T, T, never>;

export interface Schema {
  homes: {
    id: Fixed<string>;
    name: string;
    createdAtMs: Fixed<Ms>;
    /**
     * Until this time the home counts as watched: the app is open and its live stream extends the time. Meanwhile
     * devices send their scores.
     */
    watchedUntilMs: Ms;
    /** The taught sounds that the home's devices listen for (taught-sounds/kept-taught.ts); null: none. */
    taught: Generated<Json | null>;
  };
  settings: {
    homeId: Fixed<string>;
    version: number;
    body: Json;
    /** When the schedule changes the mode next; null without a schedule. */
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
    /** Whether the homeowner was notified that the device is offline. */
    silent: Flag;
    /** The newest order for the device's siren (homes/siren-orders.ts); null when there never was one. */
    sirenOrder: Generated<Json | null>;
    /** From the last stored heartbeat: the running release, and the result of the last update. */
    release: Generated<string | null>;
    releaseState: Generated<string | null>;
    /** Until this time somebody listens live (drop-in/listeners.ts); 0: nobody ever did. */
    listenUntilMs: Generated<Ms>;
    /** The newest order to record an example (taught-sounds/record-order.ts); null when there never was one. */
    recordOrder: Generated<Json | null>;
    /** SHA-256 of the device's `IgnoredSoundsFile`; null: it silences nothing. */
    ignoredSha256: Generated<string | null>;
  };
  /** `hash` is SHA-256 of a 256-bit random token. `subjectId` is the device's or the member's id. */
  tokens: {
    hash: Fixed<string>;
    kind: Fixed<'device' | 'member'>;
    homeId: Fixed<string>;
    subjectId: Fixed<string>;
    createdAtMs: Fixed<Ms>;
  };
  /**
   * Why a token is no longer valid, for the phone that still has it. No foreign key: the reason remains when the home
   * is deleted.
   */
  endedTokens: { hash: Fixed<string>; reason: Fixed<'removed' | 'home_deleted'>; atMs: Fixed<Ms> };
  /**
   * `hash` is an HMAC with the server's secret: a plain hash of a 40-bit code could be reversed from a stolen database.
   */
  pairingCodes: {
    hash: Fixed<string>;
    homeId: Fixed<string>;
    kind: Fixed<'device' | 'member'>;
    /** The member of a new home who pairs a phone with this code; null: pairing creates a new member or device. */
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
    /** When it was put into the work queue; null: not yet. The sweeper queues it once the clip is stored. */
    queuedAtMs: Ms | null;
    /**
     * The verifier's embedding of the clip (shared/features/embedding.ts); null without a clip and after a rejection.
     */
    embedding: Generated<string | null>;
    /** SHA-256 of the verifier that made the embedding: embeddings of different verifiers cannot be compared. */
    embeddedBy: Generated<string | null>;
    /** The embedding that the device's trunk made, until its clip is deleted. Null from older devices. */
    deviceEmbedding: Generated<Json | null>;
    /** The ignored sound because of which the candidate was rejected. It may have been removed since. */
    ignoredSoundId: Generated<string | null>;
  };
  /** Sounds that a member marked as a false alert: similar sounds of the same device are rejected. */
  ignoredSounds: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    /**
     * The alert that was marked wrong, and the candidate in it: the first of its marks. No foreign keys: when they are
     * deleted, the sound stays ignored.
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
   * The alerts with this ignored sound that members marked wrong. The sound stays ignored until all marks are
   * withdrawn.
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
   * How the device heard an ignored sound: each time that a member marked it or the verifier ignored it, a few at most.
   */
  ignoredHearings: {
    soundId: Fixed<string>;
    candidateId: Fixed<string>;
    incidentId: Fixed<string>;
    kind: Fixed<'marked' | 'ignored'>;
    embedding: Fixed<string>;
    trunkSha256: Fixed<string>;
    /** When the device detected it, not when it was marked or verified. */
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
     * The end of the last upload link. A clip that was deleted may still be uploaded until this time, so the store is
     * checked until then.
     */
    uploadUntilMs: Ms;
    storedAtMs: Ms | null;
    /** When the clip expires, by the home's retention. */
    expiresAtMs: Ms | null;
    /** The member who shared it with the operators, and when; null: they cannot hear it. */
    sharedBy: Generated<string | null>;
    sharedAtMs: Generated<Ms | null>;
  };
  incidents: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    label: string;
    class: 'safety' | 'security' | 'upkeep';
    /**
     * `home:label:subject:test` while the sound lasts, null afterwards. Unique, so that a home has one such incident per
     * sound. Beside an alert that was marked as false a second one may open; the marked one then adds its id to its key.
     */
    activeKey: string | null;
    /** The device that an upkeep notice is about; empty for sounds. */
    subjectId: string;
    state: 'open' | 'acknowledged' | 'cleared';
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    test: Flag;
    late: Flag;
    startedAtMs: Ms;
    lastHeardAtMs: Ms;
    clearedAtMs: Ms | null;
    /** When its first notification was written, even if that was suppressed; null before. */
    toldAtMs: Ms | null;
    /** Highest escalation level that was notified; -1 while nobody was. */
    toldLevel: number;
    repeats: number;
    /** When the sweeper must handle the incident next; null when there is nothing to wait for. */
    nextAtMs: Ms | null;
    deadlineAtMs: Ms | null;
    repeatAtMs: Ms | null;
    escalateAtMs: Ms | null;
    acknowledgedBy: string | null;
    acknowledgedAtMs: Ms | null;
    feedback: 'right' | 'wrong' | null;
    feedbackBy: string | null;
    feedbackAtMs: Ms | null;
    /** One sentence that describes the sound. */
    why: string;
    updatedAtMs: Ms;
  };
  /** The transactional outbox of notifications: unique by (incident, member, step), so nothing is sent twice. */
  notifications: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    incidentId: Fixed<string>;
    memberId: Fixed<string>;
    step: Fixed<string>;
    /** The `NotificationBody` contract. */
    body: Fixed<Json>;
    /** 0 safety, 1 security, 2 upkeep: the order of sending. */
    rank: Fixed<number>;
    state: 'pending' | 'sent' | 'suppressed' | 'expired';
    /** Why it is suppressed (the `NotSent` contract). Null when it is not, or when an earlier version wrote it. */
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
    /** The `ChannelRequest` contract with its secrets, encrypted. */
    target: Json;
    describes: string;
    state: 'ok' | 'failing' | 'gone';
    lastError: string | null;
    position: number;
    /** No attempt before this time, because of the back-off or the service's Retry-After. */
    restUntilMs: Ms;
    failures: number;
    createdAtMs: Fixed<Ms>;
    /** When the member last confirmed that a test message arrived; null: never. */
    confirmedAtMs: Ms | null;
    /**
     * For MQTT channels: the process that publishes the home's states to this broker, and until when
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
  /** The last test of each alarm and device. */
  alarmTests: {
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    atMs: Ms;
    heardAfterMs: Ms;
    reportedAfterMs: Ms;
    aboveRoomDb: number | null;
  };
  /** Who listened live to which device and when. Names are stored as they were at that time. */
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
  /** Live sound in the clip store: one second each, removed after a minute (drop-in/segment-removal.ts). */
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
  /** Sounds that this home taught. `file` is the `TaughtSoundFile` that devices get. */
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
    /** The trunk network for which the sound was last trained. */
    trunkSha256: string | null;
    figures: Json | null;
    checkFound: Flag | null;
    /** Until this time the process that teaches the sound holds its lease. */
    learningUntilMs: Ms;
    createdAtMs: Fixed<Ms>;
  };
  /**
   * The recordings of a taught sound, in the clip store. They are kept, because for a release with another trunk the
   * head must be trained again.
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
    /** Name of the member who asked for the example, as it was then. */
    byName: Fixed<string>;
    createdAtMs: Fixed<Ms>;
    uploadUntilMs: Ms;
  };
  /** Randomly chosen sounds that scored just below the threshold, for members to judge. They never notify anybody. */
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
    /** The verifier's verdict on it. */
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    /** Null means that nobody has judged the sample, not that it is right. */
    feedback: 'right' | 'wrong' | null;
    feedbackBy: string | null;
    createdAtMs: Fixed<Ms>;
    uploadUntilMs: Ms;
    expiresAtMs: Ms | null;
  };
  /** The database work queue (queue/database-queue.ts). */
  jobs: {
    id: Fixed<string>;
    queue: Fixed<string>;
    lane: Fixed<number>;
    group: Fixed<string>;
    /** The job's turn in start-time fair queueing (queue/database-queue.ts). */
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
   * Records what was deleted and what is still being deleted. Bytes are removed again until no upload link can store
   * them again.
   */
  deletions: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    reason: Fixed<'rejected' | 'expired' | 'member' | 'home'>;
    key: Fixed<string>;
    bytes: Fixed<number>;
    requestedAtMs: Fixed<Ms>;
    /** When the removal of the bytes was confirmed. */
    doneAtMs: Ms | null;
    /** When to check the next time whether the bytes are in the store; null when no upload is possible any more. */
    lookAtMs: Ms | null;
    watchUntilMs: Fixed<Ms>;
  };
  /** Changes for the live streams, kept for a minute, so that any API process can serve any listener. */
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
    /** The counts for the old and the new release at the last comparison. */
    seen: Json | null;
  };
  releases: { version: Fixed<string>; manifestSha256: Fixed<string>; manifest: Fixed<Json>; addedAtMs: Fixed<Ms> };
}
