import { z } from 'zod';
import { Id, Instant, Label, LevelName, ModeName, MOST_TRUNK_NUMBERS, Score, Sha256 } from './common.ts';

/** Limits of a level: -120 dBFS is below any converter's own noise, and 12 dB is above full scale. */
export const QUIETEST_DBFS = -120;
export const LOUDEST_DBFS = 12;

export const CADENCE_PATTERNS = ['t3', 't4', 'steady', 'fast', 'sweep', 'continuous', 'chirp', 'none'] as const;

/** The rhythm that the device measured. The app explains an alert with it. */
export const Cadence = z.object({
  pattern: z.enum(CADENCE_PATTERNS),
  /** Dominant tone of the beeps, in Hz; null when there was no tone. */
  toneHz: z.number().positive().nullable(),
  /**
   * The range in which the pitch of the newest group's beeps moves, without its lowest and highest tenth; null when they
   * have no clear tone. Absent for other patterns and from older devices. The verifier does not use it.
   */
  toneRangeHz: z.tuple([z.number().positive(), z.number().positive()]).nullable().optional(),
  /** Median length of a beep, and of the gap between two beeps of a group, in seconds. */
  onS: z.number().nonnegative(),
  offS: z.number().nonnegative(),
  /** Seconds from group to group (T3: 4 s, T4: 5.8 s); null before the second group. */
  periodS: z.number().nonnegative().nullable(),
  beeps: z.number().int().nonnegative(),
  groups: z.number().int().nonnegative(),
  /** How well the measured times fit the pattern. */
  fit: Score,
});
export type Cadence = z.infer<typeof Cadence>;

/** One piece of evidence, and its share of all supporting evidence from 0 to 1. */
export const Reason = z.object({ evidence: z.string().max(80), value: z.number(), share: Score });
export type Reason = z.infer<typeof Reason>;

/** What the last seconds of a sound look like on a spectrogram. */
export const HeardSound = z.object({
  /** Whether nearly all power is at one tone in most of the sound's frames, or for half a second at a tone that keeps its pitch. */
  isTone: z.boolean(),
  /**
   * Whether the tone has 99 % of the power while it sounds, so that others are at least 20 dB weaker. Only of a tone;
   * older devices do not send it.
   */
  isOnlyTone: z.boolean().optional(),
  /**
   * The shortest range of pitch that has 80 % of the power, weighted as people hear it: of the tone, or of a sound
   * that is no tone, without what sounded before it.
   */
  lowHz: z.number().positive(),
  highHz: z.number().positive(),
  /** A wide part of this range in which hardly anything sounds: two sounds at once, or two parts of one. */
  gapHz: z.tuple([z.number().positive(), z.number().positive()]).optional(),
  /** Whether the sound became at least 15 dB louder within 60 ms. */
  isSudden: z.boolean(),
  /** Whether there were pauses in it. */
  isBroken: z.boolean(),
});
export type HeardSound = z.infer<typeof HeardSound>;

/** Why a candidate was reported. */
export const Why = z.object({
  /** One English sentence, e.g. "three beeps of 0.5 s at 3.1 kHz, and again". */
  text: z.string().max(300),
  cadence: Cadence,
  /** Highest score of each head within the event. */
  scores: z.record(Label, Score),
  levelDbfs: z.number().min(QUIETEST_DBFS).max(LOUDEST_DBFS),
  /** The evidence with the largest shares, largest first. Empty from older devices, which do not send it. */
  reasons: z.array(Reason).max(5).default([]),
  /** Null: nothing of the sound is known. Older devices do not send it. */
  heard: HeardSound.nullable().optional(),
  /** All evidence for this label when the device decided, by name. */
  evidence: z.record(z.string(), z.number()).default({}),
});
export type Why = z.infer<typeof Why>;

export const ClipInfo = z.object({
  sha256: Sha256,
  bytes: z.number().int().positive().max(4_000_000),
  /** The recording: 16 kHz mono 16-bit WAV. */
  format: z.literal('wav'),
  durationS: z.number().positive().max(60),
  /** The seconds of the clip between which the event lies; the app marks them in the waveform. */
  eventStartS: z.number().nonnegative(),
  eventEndS: z.number().nonnegative(),
});
export type ClipInfo = z.infer<typeof ClipInfo>;

const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/**
 * The embedding of a sound that the device's trunk computed: similar sounds have similar embeddings. Only embeddings of
 * the same trunk can be compared.
 */
export const DeviceEmbedding = z.object({
  trunkSha256: Sha256,
  /** Base64 of little-endian float32: for each number of the trunk's output its highest and its lowest value. */
  values: z.base64().max(base64Length(2 * MOST_TRUNK_NUMBERS * Float32Array.BYTES_PER_ELEMENT)),
});
export type DeviceEmbedding = z.infer<typeof DeviceEmbedding>;

/** What a device sends first about a candidate: the metadata. The clip follows. */
export const Candidate = z.object({
  id: Id,
  label: Label,
  score: Score,
  level: LevelName,
  /**
   * The mode in which the device listened. It may differ from the mode of the home's settings: recordings are played in
   * mode away, and a switch in the home may have chosen another one. Older devices do not send it.
   */
  mode: ModeName.optional(),
  why: Why,
  /** When the sound began and when the device sent the report, by the device's clock. The clip ends at the latter. */
  startedAt: Instant,
  detectedAt: Instant,
  /** The number of 16 kHz samples since this source started. It orders events even when the clock jumps. */
  startSample: z.number().int().nonnegative(),
  source: z.string().max(120),
  release: z.string().max(64),
  /** Whether the candidate was delivered late, because the cloud could not be reached. */
  late: z.boolean(),
  /** Whether the homeowner is testing the alarms: then notifications say that it is a test, and nobody is woken. */
  test: z.boolean(),
  /** Null when a full outbox dropped the recording to make room. */
  clip: ClipInfo.nullable(),
  /**
   * Older devices do not send it. The cloud deletes it together with the clip, except when a member marked the sound as
   * ignored.
   */
  embedding: DeviceEmbedding.optional(),
});
export type Candidate = z.infer<typeof Candidate>;

/** The header in which both clip stores return the SHA-256 (base64) of the clip that they stored; the name is S3's. */
export const CLIP_CHECKSUM = 'x-amz-checksum-sha256';

/**
 * Answer to PUT /v1/candidates/{id}. `upload` says where to upload the clip; null: the clip was uploaded before, or no
 * clip is wanted.
 */
export const CandidateAccepted = z.object({
  id: Id,
  upload: z
    .object({
      method: z.literal('PUT'),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      expiresAt: Instant,
    })
    .nullable(),
});
export type CandidateAccepted = z.infer<typeof CandidateAccepted>;

/** POST /v1/candidates/{id}/heard: reports that the sound continues, so that its incident stays open. */
export const StillHeard = z.object({ heardAt: Instant, ended: z.boolean() });
export type StillHeard = z.infer<typeof StillHeard>;
