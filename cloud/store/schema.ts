import type { ColumnType, Generated } from 'kysely';

/**
 * One schema for SQLite and PostgreSQL. What differs between them is avoided: ids are UUIDv7 text (ordered by time, so no
 * sequences), instants are integers in ms since the epoch, booleans are 0 and 1, and JSON is text that a zod contract reads.
 */
type Json = string;
type Ms = number;
type Flag = number;
/** Written once, when the row is made. */
type Fixed<T> = ColumnType<T, T, never>;

export interface Schema {
  homes: {
    id: Fixed<string>;
    name: string;
    createdAtMs: Fixed<Ms>;
    /** Somebody has a live stream open until then (renewed while it is): devices send what they hear. */
    watchedUntilMs: Ms;
    /** The sounds that it taught and that its devices listen for (taught-sounds/kept-taught.ts); null: none. */
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
    /** When the homeowner was notified that it is offline. */
    silent: Flag;
    /** The newest order for its siren (homes/siren-orders.ts); null: none was ever given. */
    sirenOrder: Generated<Json | null>;
    /** Of the last heartbeat that was written: what it runs, and what came of the last update. */
    release: Generated<string | null>;
    releaseState: Generated<string | null>;
    /** Somebody listens live until then (drop-in/listeners.ts); 0: nobody did. */
    listenUntilMs: Generated<Ms>;
    /** The newest order to record an example (taught-sounds/record-order.ts); null: none was ever given. */
    recordOrder: Generated<Json | null>;
  };
  /** `hash` is SHA-256 of a 256-bit random token. `subjectId` is the device's or the member's id. */
  tokens: {
    hash: Fixed<string>;
    kind: Fixed<'device' | 'member'>;
    homeId: Fixed<string>;
    subjectId: Fixed<string>;
    createdAtMs: Fixed<Ms>;
  };
  /** Why a token ended, for the phone that still holds it. No foreign key: the reason outlives the home. */
  endedTokens: { hash: Fixed<string>; reason: Fixed<'removed' | 'home_deleted'>; atMs: Fixed<Ms> };
  /** `hash` is an HMAC under the server's secret: 40 bits alone could be guessed from a stolen database. */
  pairingCodes: {
    hash: Fixed<string>;
    homeId: Fixed<string>;
    kind: Fixed<'device' | 'member'>;
    /** The member who takes up a new home with it; otherwise pairing makes a new member or device. */
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
    /** The `Candidate` contract as it came. */
    body: Fixed<Json>;
    registeredAtMs: Fixed<Ms>;
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    verifierScore: number | null;
    verifiedAtMs: Ms | null;
    /** When it was put into the work queue; null: not yet, and the sweeper does it when the clip is stored. */
    queuedAtMs: Ms | null;
    /** What the verifier's network made of the clip (ignored-sounds/embedding.ts), while there is a clip and it was not rejected. */
    embedding: Generated<string | null>;
    /** SHA-256 of the verifier that made the embedding: those of different verifiers cannot be compared. */
    embeddedBy: Generated<string | null>;
    /** Rejected because it sounds like this ignored sound, which may have been removed since. */
    ignoredSoundId: Generated<string | null>;
  };
  /** Sounds that a member marked as a false alert: what sounds like one of them, on the same device, is rejected. */
  ignoredSounds: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    /** The alert that was marked wrong and the sound in it. No foreign keys: they may be deleted, the sound stays ignored. */
    incidentId: Fixed<string>;
    candidateId: Fixed<string>;
    description: Fixed<string>;
    embedding: string;
    embeddedBy: string;
    createdBy: Fixed<string>;
    createdAtMs: Fixed<Ms>;
  };
  clips: {
    candidateId: Fixed<string>;
    homeId: Fixed<string>;
    key: Fixed<string>;
    sha256: Fixed<string>;
    bytes: Fixed<number>;
    state: 'awaited' | 'stored' | 'missing' | 'deleted' | 'shed';
    /** The last upload link is good until then: a late upload of a deleted clip is looked for until this time. */
    uploadUntilMs: Ms;
    storedAtMs: Ms | null;
    /** Set by the home's retention. */
    expiresAtMs: Ms | null;
  };
  incidents: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    label: string;
    class: 'safety' | 'security' | 'upkeep';
    /** `home:label:subject` while it lasts, null afterwards: unique, so one incident per home and sound at a time. */
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
    /** When somebody was first notified; null while nobody was. */
    toldAtMs: Ms | null;
    /** Highest escalation level that was notified; -1 while nobody was. */
    toldLevel: number;
    repeats: number;
    /** When the sweeper must look at it next; null when there is nothing to wait for. */
    nextAtMs: Ms | null;
    deadlineAtMs: Ms | null;
    repeatAtMs: Ms | null;
    escalateAtMs: Ms | null;
    acknowledgedBy: string | null;
    acknowledgedAtMs: Ms | null;
    feedback: 'right' | 'wrong' | null;
    feedbackBy: string | null;
    feedbackAtMs: Ms | null;
    /** One sentence about what was heard. */
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
    /** The `ChannelRequest` contract, with its secrets. */
    target: Json;
    describes: string;
    state: 'ok' | 'failing' | 'gone';
    lastError: string | null;
    position: number;
    /** No attempt before this: back-off or the other end's Retry-After. */
    restUntilMs: Ms;
    failures: number;
    createdAtMs: Fixed<Ms>;
    /** When its member last said that a test arrived; null: never. */
    confirmedAtMs: Ms | null;
    /** MQTT: the process that publishes the home's states to this broker, until then (home-assistant/bridge-leases.ts). */
    bridgeHolder: Generated<string | null>;
    bridgeUntilMs: Generated<Ms>;
  };
  /** What an automation (webhook, MQTT) still has to get: one row a channel and step, deleted when it was delivered. */
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
  /** Who listened live to which device when. Names are kept as they were. */
  dropIns: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    deviceName: Fixed<string>;
    memberId: Fixed<string>;
    memberName: Fixed<string>;
    startedAtMs: Fixed<Ms>;
    /** When it ends by itself, or has ended. */
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
    /** The trunk that it was last taught on. */
    trunkSha256: string | null;
    figures: Json | null;
    checkFound: Flag | null;
    /** The process that teaches it has it until then. */
    learningUntilMs: Ms;
    createdAtMs: Fixed<Ms>;
  };
  /** Recordings of a taught sound in the clip store. They are kept with it, because another release needs another head. */
  taughtExamples: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    soundId: Fixed<string>;
    deviceId: Fixed<string>;
    key: Fixed<string>;
    state: 'waiting' | 'recording' | 'found' | 'silent';
    bytes: number;
    found: Json | null;
    /** Name of the member who asked for it, as it was then. */
    byName: Fixed<string>;
    createdAtMs: Fixed<Ms>;
    uploadUntilMs: Ms;
  };
  /** Moments just below the threshold that a device sent at random, for members to judge. They never notify anybody. */
  samples: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    deviceId: Fixed<string>;
    label: Fixed<string>;
    score: Fixed<number>;
    /** The probability with which it was sent. */
    propensity: Fixed<number>;
    policy: Fixed<string>;
    /** The `SampleRequest` contract as it came. */
    body: Fixed<Json>;
    key: Fixed<string>;
    sha256: Fixed<string>;
    bytes: Fixed<number>;
    state: 'awaited' | 'stored' | 'deleted';
    /** What the verifier would have said of it. */
    verdict: 'pending' | 'unverified' | 'confirmed' | 'rejected';
    /** Null: nobody has looked, which is not "right". */
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
    /** Start-time fair queueing: groups take turns. */
    turn: number;
    body: Fixed<string>;
    state: 'ready' | 'dead';
    visibleAtMs: Ms;
    receipt: string | null;
    deliveries: number;
    sentAtMs: Fixed<Ms>;
    reason: string | null;
  };
  /** Proof of what was deleted, and what still has to be: bytes are removed again until no upload link can bring them back. */
  deletions: {
    id: Fixed<string>;
    homeId: Fixed<string>;
    reason: Fixed<'rejected' | 'expired' | 'member' | 'home'>;
    key: Fixed<string>;
    bytes: Fixed<number>;
    requestedAtMs: Fixed<Ms>;
    /** When the bytes were seen to be gone. */
    doneAtMs: Ms | null;
    /** When to look (again) whether the bytes are there; null once no upload can come any more. */
    lookAtMs: Ms | null;
    watchUntilMs: Fixed<Ms>;
  };
  /** What the live streams tell, for a minute: any API process can serve any listener. */
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
    /** What the last look saw of both sides. */
    seen: Json | null;
  };
  releases: { version: Fixed<string>; manifestSha256: Fixed<string>; manifest: Fixed<Json>; addedAtMs: Fixed<Ms> };
}
