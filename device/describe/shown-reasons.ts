/** Chooses the reasons that an alert shows: those that a person finds on the spectrogram. */
import { LEAST_PROOF, LEAST_SHARE_OF_TIME } from '@earshot/shared/cadence/explain.ts';
import type { Reason } from '@earshot/shared/contracts/candidate.ts';

/** More reasons would make an alert too long. */
const MOST_REASONS = 3;
/**
 * That the pitch stays nearly the same and that there are no long pauses are reasons only if that time was long enough: noise
 * with one tonal frame has one pitch, and a short sound has no pauses. Four beeps of a CO alarm have 0.4 s of tone, and an
 * alarm's pauses last up to two seconds.
 */
const LEAST_TONE_S = 0.3;
const LEAST_UNBROKEN_S = 2.5;

interface Measured {
  /** For how long a tone was heard in the last seconds. */
  toneS: number;
  /** Whether the described sound is a tone: otherwise the pitch may be that of music, a bird or a hum. */
  isTone: boolean;
  /** How long the sound has lasted. */
  heardS: number;
  /** The proof of the standard rhythms that support the label, and whether one of them is seen on the spectrogram. */
  proof: number;
  isSeen: boolean;
}

export const shownReasons = (
  reasons: readonly Reason[],
  { toneS, isTone, heardS, proof, isSeen }: Readonly<Measured>,
): Reason[] =>
  reasons
    .filter(({ evidence: name, value }) => {
      if (name === 'pitch_stability') return isTone && value >= LEAST_SHARE_OF_TIME && value * toneS >= LEAST_TONE_S;
      if (name === 'rhythm_chirp') return isTone;
      if (name === 'groups') return isSeen && proof >= LEAST_PROOF;
      if (name === 'rhythm_t3' || name === 'rhythm_t4') return isSeen && value >= LEAST_PROOF;
      return name !== 'sounding' || (value >= LEAST_SHARE_OF_TIME && heardS >= LEAST_UNBROKEN_S);
    })
    .slice(0, MOST_REASONS);
