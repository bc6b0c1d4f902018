import { z } from 'zod';
import { CandidateAccepted, Cadence } from './candidate.ts';
import { Id, Instant, Label, LevelName, Score, Sha256 } from './common.ts';

/**
 * The method by which devices choose samples (device/sampling/sample-share.ts). Logs name it, because samples of
 * different methods must not be mixed.
 */
export const SAMPLE_POLICY = 'near-miss-1';

/**
 * PUT /v1/samples/{id} (device): a sound that stayed just below the threshold and was chosen at random. It never
 * notifies anybody.
 */
export const SampleRequest = z.object({
  label: Label,
  /** The highest probability that the decision reached. It is below `threshold`. */
  score: Score,
  threshold: Score,
  level: LevelName,
  /** The probability with which this moment was chosen. */
  propensity: z.number().gt(0).max(1),
  policy: z.string().max(40),
  release: z.string().max(64),
  heardAt: Instant,
  cadence: Cadence,
  scores: z.record(Label, Score),
  /** The second of the recording at which the score was highest. */
  peakS: z.number().nonnegative(),
  clip: z.object({ sha256: Sha256, bytes: z.number().int().positive().max(1_000_000) }),
});
export type SampleRequest = z.infer<typeof SampleRequest>;
/** `upload` is null when the home has not opted in, or when the recording was uploaded before. */
export const SampleAnswer = CandidateAccepted.pick({ upload: true });

const Verdict = z.enum(['right', 'wrong']);

/** A sample as the home's members see it. */
export const Sample = z.object({
  id: Id,
  label: Label,
  deviceName: z.string(),
  room: z.string(),
  heardAt: Instant,
  score: Score,
  propensity: z.number(),
  policy: z.string(),
  /** `right`: the reported sound is in the recording. `wrong`: it is not. Null: nobody has judged it. */
  feedback: Verdict.nullable(),
  playable: z.boolean(),
});
export type Sample = z.infer<typeof Sample>;

export const SampleFeedback = z.object({ verdict: Verdict.nullable() });

/**
 * An entry of a tuning log: a moment with its score. The log contains all alerts and a random share of the moments just
 * below the threshold; `propensity` is the probability with which this moment was included.
 */
export const LoggedWindow = z.object({
  home: z.string(),
  /** The score that is compared with the threshold, 0 to 1. */
  score: z.number().min(0).max(1),
  /** 1 for alerts, which are always included. */
  propensity: z.number().gt(0).max(1),
  /** Null: nobody judged this moment, which does not mean that it was right. */
  feedback: Verdict.nullable(),
  label: Label.optional(),
  policy: z.string().optional(),
});
export type LoggedWindow = z.infer<typeof LoggedWindow>;

export const TuningLog = z.object({ items: z.array(LoggedWindow) });
