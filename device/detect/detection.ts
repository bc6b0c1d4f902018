import type { Why } from '@earshot/shared/contracts/candidate.ts';
import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import type { Level } from '@earshot/shared/labels.ts';

/** The detector's output. All times are in samples since the source started; the wall clock is not used. */
export type Detection = CandidateDetection | HeardDetection | EndedDetection | SilencedDetection;

export interface CandidateDetection {
  type: 'candidate';
  label: string;
  /** The probability with which the detector decided to report the sound. */
  score: number;
  level: Level;
  why: Why;
  /** The sample at which the sound began. */
  startSample: number;
  /**
   * The sample up to which the source was processed when the candidate was sent: at the decision, or `listenOnS` later.
   * The clip ends here. All other values are those of the decision.
   */
  detectedSample: number;
  /** The same for all candidates of one uninterrupted sound. */
  eventId: number;
  /**
   * Whether an earlier candidate already reported this continuing sound. The earlier one may have been caused by
   * another sound and rejected.
   */
  again: boolean;
  embedding: MadeEmbedding;
}

/** The home ignores a sound that is similar to this one, so the device sends no candidate. Sent once for each sound. */
export interface SilencedDetection {
  type: 'silenced';
  label: string;
  /** The id of the ignored sound. */
  soundId: string;
  atSample: number;
}

/** A reported event continues. Sent every ten seconds at most. */
export interface HeardDetection {
  type: 'heard';
  label: string;
  eventId: number;
  atSample: number;
}

/** A reported event has ended. `atSample` is the sample at which its sound was last detected. */
export interface EndedDetection {
  type: 'ended';
  label: string;
  eventId: number;
  atSample: number;
}
