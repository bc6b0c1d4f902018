import { z } from 'zod';
import { Label, LevelName, MOST_TRUNK_NUMBERS, Sha256 } from './common.ts';

export const ReleaseFile = z.object({
  file: z.string().regex(/^[\w.-]+$/),
  sha256: Sha256,
  bytes: z.number().int().positive(),
});

/** The threshold of one sensitivity level, and what was measured with it on sound that was not used for training. */
const Threshold = z.object({
  threshold: z.number().min(0).max(1),
  /** Reports of this stage per simulated day of a house. */
  perDay: z.number().nonnegative(),
  /** Share of the sounds that this stage does not report in time. */
  missRate: z.number().min(0).max(1),
});
export type Threshold = z.infer<typeof Threshold>;
export const Levels = z.record(LevelName, Threshold);

export const Head = ReleaseFile.extend({
  label: Label,
  /** For each sensitivity level: the probability from which a label is reported, and what was measured at it. */
  levels: Levels,
});
export type Head = z.infer<typeof Head>;

/** The front end is part of the release, because the weights work with no other front end. */
export const FrontEnd = z.object({
  kind: z.literal('log-mel'),
  sampleRate: z.literal(16_000),
  fftSize: z.number().int(),
  hopSize: z.number().int(),
  melBands: z.number().int(),
  lowHz: z.number(),
  highHz: z.number(),
  /** Added to the power before the logarithm: log10(power + floor). */
  floor: z.number().positive(),
});
export type FrontEnd = z.infer<typeof FrontEnd>;

const Trunk = ReleaseFile.extend({
  /** Frames per step of the trunk's LSTM; the number of frames in a call must be a multiple of this. */
  framesPerStep: z.number().int().positive(),
  /** How many frames are passed in one call; a device may pass several times as many at once. */
  framesPerCall: z.number().int().positive(),
  embedding: z.number().int().positive().max(MOST_TRUNK_NUMBERS),
  /** State tensors that are carried from call to call (input `name`, output `${name}_out`). They start at zero. */
  states: z.array(z.object({ name: z.string(), shape: z.array(z.number().int().positive()) })),
});

/**
 * How the device decides about one label, `bias + sum(weight x evidence)` as log-odds, and when its events begin,
 * repeat and end.
 */
export const LabelDecision = z.object({
  bias: z.number(),
  /** Weights by the name of the evidence. Evidence that is not listed has no influence. */
  weights: z.record(z.string(), z.number()),
  /** The pending event is dropped when its probability is below this. */
  floor: z.number().min(0).max(1),
  /**
   * A sound that continues is reported again after this time, because its first candidate may have been caused by
   * another sound.
   */
  refractoryS: z.number().positive(),
  /**
   * How the waits before repeated reports of a continuing sound grow, because a cricket sings for hours. Each wait is
   * `growth` times longer than the one before, up to `longestS`. Three kinds of news are reported sooner, because an
   * alarm may have begun meanwhile. Only `refractoryS` is waited for a sound above 2 kHz that was not reported yet or has
   * become `newsDb` louder, and for a sound whose log-odds exceed those of every earlier report of its event by
   * `newsNats`. The second and the third group of the label's own standard are reported at once, unless the last report
   * already contained as many. With news the waits start again at `refractoryS`, but only for the news and the reports
   * after it, `newsReports` in all; then they are as long as before the news (absent: they only grow again). While the
   * standard's rhythm repeats, no wait is longer than `refillS`. Without `slowdown` every other wait is `refractoryS`.
   *
   * A tone is forgotten after `holdS` of silence. `memory`: one that went on for `afterS` is remembered for `forS` instead.
   */
  slowdown: z
    .object({
      growth: z.number().min(1),
      longestS: z.number().positive(),
      newsNats: z.number().positive(),
      newsDb: z.number().positive(),
      newsReports: z.number().int().positive().optional(),
      memory: z.object({ afterS: z.number().positive(), forS: z.number().positive() }).optional(),
    })
    .optional(),
  /** A reported event has ended after this many seconds of silence. */
  holdS: z.number().positive(),
  /**
   * After its decision to report, the device listens for this long before it sends the candidate, so that the clip, which
   * ends there, contains more of the sound. Absent: it sends the candidate at once. At most three seconds, because the
   * alert comes so much later. Devices refuse a release in which a safety label has it.
   */
  listenOnS: z.number().positive().max(3).optional(),
  /** Rate limit (a token bucket): at most `burst` candidates at once, then one per `refillS`. */
  burst: z.number().int().positive(),
  refillS: z.number().positive(),
});
export type LabelDecision = z.infer<typeof LabelDecision>;

/** decision.json: all numbers of the device's decision. */
export const Decision = z.object({
  schema: z.literal(1),
  /** How many steps of the trunk lie between two decisions. */
  everySteps: z.number().int().positive(),
  /**
   * `shortS`, `recentS`, `longS`: seconds over which a head's scores are averaged. `peakS`: seconds in which the
   * highest short mean is searched.
   */
  windows: z.object({
    shortS: z.number().positive(),
    recentS: z.number().positive(),
    longS: z.number().positive().max(20),
    peakS: z.number().positive().max(20),
  }),
  /** The log-odds of scores are limited to this range, in decades. */
  oddsLimit: z.number().positive(),
  /** How often, in seconds, the device tells the cloud that an event continues. */
  heardEveryS: z.number().positive(),
  labels: z.record(Label, LabelDecision),
});
export type Decision = z.infer<typeof Decision>;

export const VerifierEntry = ReleaseFile.extend({
  frontEnd: FrontEnd,
  /** Length of the clip in seconds: longer clips are cut, and shorter clips are padded. */
  clipS: z.number().positive(),
  labels: z.array(Label),
  levels: z.record(Label, Levels),
  /**
   * How similar (cosine) the embeddings of two clips must be to count as the same sound, by label. A label that is
   * absent has the default of cloud/ignored-sounds/likeness.ts.
   */
  sameSoundAbove: z.record(Label, z.number().min(0).max(1)).optional(),
});

/**
 * A golden sound: a short sound with its expected scores. A machine uses a release only if it computes the same scores.
 */
const Golden = ReleaseFile.extend({
  /** The highest head score by label, and the highest verifier score by label. */
  heads: z.record(Label, z.number()),
  verifier: z.record(Label, z.number()),
  tolerance: z.number().positive(),
});

export const Manifest = z.object({
  schema: z.literal(1),
  /** Date and counter, for example "2026-11-21.1". Every new release has a higher version. */
  version: z.string().regex(/^\d{4}-\d{2}-\d{2}\.\d+$/),
  createdAt: z.iso.datetime(),
  seed: z.number().int(),
  frontEnd: FrontEnd,
  trunk: Trunk,
  heads: z.array(Head),
  decision: ReleaseFile,
  verifier: VerifierEntry,
  golden: z.array(Golden),
});
export type Manifest = z.infer<typeof Manifest>;

/** manifest.sig.json: Ed25519 signatures over the exact bytes of manifest.json, by one or more keys. */
export const ManifestSignature = z.object({
  signatures: z.array(z.object({ keyId: z.string(), signature: z.string() })).min(1),
});
