import { z } from 'zod';
import { Id, Instant, Label, Name, Score, Sha256 } from './common.ts';
import { MOST_IGNORED_SOUNDS, SilencedSound } from './ignored-sounds.ts';
import { HomeSettings } from './settings.ts';
import { MOST_TAUGHT_SOUNDS, TaughtLabel } from './taught-sounds.ts';

/**
 * Pairing codes are 8 characters of Crockford's base 32, which has no characters that look alike. Spaces and dashes are
 * ignored.
 */
export const PairingCode = z
  .string()
  .transform((code) => code.toUpperCase().replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/, 'It has 8 letters and digits, but no I, L, O or U'));

/** POST /v1/pair (no token). `name` is the device's, or that of the phone's owner. */
export const PairRequest = z.object({
  code: PairingCode,
  kind: z.enum(['device', 'member']),
  name: Name,
  room: z.string().trim().max(60).default(''),
});
export type PairRequest = z.infer<typeof PairRequest>;
export const PairResponse = z.object({ token: z.string(), id: Id, homeId: Id, homeName: z.string() });
export type PairResponse = z.infer<typeof PairResponse>;

/** POST /v1/pairing-codes (member token): creates a pairing code. */
export const PairingCodeRequest = z.object({ kind: z.enum(['device', 'member']) });
export const PairingCodeResponse = z.object({
  code: z.string(),
  expiresAt: Instant,
  url: z.string(),
  qrSvg: z.string(),
});

const MIC_STATES = ['healthy', 'deaf', 'recovering', 'failed'] as const;
export const SourceHealth = z.object({
  name: z.string().max(120),
  state: z.enum(MIC_STATES),
  /** Why the microphone is not healthy: all_zero, stuck_dc, clipped, wrong_rate, muted, silent_child, unplugged … */
  reason: z.string().max(120).nullable(),
  levelDbfs: z.number().min(-120).max(12).nullable(),
});
export type SourceHealth = z.infer<typeof SourceHealth>;

const SIREN_STATES = ['none', 'silent', 'sounding'] as const;
/** `none`: the device has no siren. */
export const SirenState = z.enum(SIREN_STATES);
export type SirenState = z.infer<typeof SirenState>;

/** An order from a member's phone. Every answer repeats it until it expires; the device runs each id once. */
export const SirenOrder = z.object({ id: Id, on: z.boolean(), seconds: z.number().positive().max(300) });
export type SirenOrder = z.infer<typeof SirenOrder>;

/** POST /v1/heartbeat (device token), every 5 s while connected. */
export const Heartbeat = z.object({
  software: z.string().max(64),
  release: z.string().max(64),
  releaseState: z.object({
    state: z.enum(['running', 'updating', 'rolled_back', 'refused']),
    message: z.string().max(300).nullable(),
  }),
  labels: z.array(Label),
  uptimeS: z.number().nonnegative(),
  settingsVersion: z.number().int().nonnegative(),
  sources: z.array(SourceHealth).max(16),
  /** The highest score of each label in the last seconds. Sent only while a member watches (`live` in the answer). */
  hears: z.array(z.object({ label: Label, score: Score })).max(16),
  outbox: z.object({
    records: z.number().int().nonnegative(),
    bytes: z.number().nonnegative(),
    full: z.boolean(),
    corrupt: z.number().int().nonnegative(),
    /** How many records could not be written to the disk. They are delivered from memory. */
    inMemory: z.number().int().nonnegative().optional(),
  }),
  cpuPercent: z.number().nonnegative(),
  rssMb: z.number().nonnegative(),
  gateSavedPercent: z.number().min(0).max(100),
  /** Older devices do not send it. */
  siren: SirenState.optional(),
  /** Whether the device allows live listening. Older devices do not send it and do not support it. */
  dropIn: z.boolean().optional(),
  /** The ignored sounds that the device silences by itself. Older devices do not send it and silence nothing. */
  silenced: z.array(SilencedSound).max(MOST_IGNORED_SOUNDS).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** A sound that this home taught. The device gets its `TaughtSoundFile` from GET /v1/taught-sounds/files/{sha256}. */
export const TaughtOffer = z.object({ label: TaughtLabel, sha256: Sha256 });
export type TaughtOffer = z.infer<typeof TaughtOffer>;

/**
 * A member asks for an example of a sound that they teach. Several answers repeat the order; the device runs each id
 * once.
 */
export const RecordOrder = z.object({ id: Id, seconds: z.number().positive().max(15) });
export type RecordOrder = z.infer<typeof RecordOrder>;

export const HeartbeatAnswer = z.object({
  now: Instant,
  settings: HomeSettings.nullable().describe('Null when settingsVersion is current.'),
  /** The release that this home should run. The device downloads each file that it lacks from `/v1/models/{sha256}`. */
  release: z
    .object({
      version: z.string(),
      manifestSha256: z.string(),
      signatureSha256: z.string().optional(),
      /**
       * True when the roll-out of the newer release was halted: a device that ran this release before returns to it.
       */
      goBack: z.boolean().optional(),
    })
    .nullable(),
  live: z.boolean(),
  siren: SirenOrder.nullish(),
  /** The members who listen live now. The device sends one-second segments while the list is not empty. */
  listeners: z.array(z.string()).optional(),
  /** All sounds that this home taught. Older clouds do not send it. */
  taught: z.array(TaughtOffer).max(MOST_TAUGHT_SOUNDS).optional(),
  /** The hash of this device's `IgnoredSoundsFile`. Null or absent (older clouds): the device silences nothing. */
  ignored: z.object({ sha256: Sha256 }).nullish(),
  record: RecordOrder.nullish(),
  /** Asks for more frequent heartbeats, because a member has the app open and may start to listen live. */
  nextBeatS: z.number().min(0.5).max(60).optional(),
});
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;
