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

/**
 * `toneS`: for how long a tone was heard in the last seconds; `heardS`: how long the sound has lasted; `proof`: the proof
 * of the standard rhythms that support the label.
 */
export const shownReasons = (
  reasons: readonly Reason[],
  { toneS, heardS, proof }: Readonly<Record<'toneS' | 'heardS' | 'proof', number>>,
): Reason[] =>
  reasons
    .filter(({ evidence: name, value }) => {
      if (name === 'pitch_stability') return value >= LEAST_SHARE_OF_TIME && value * toneS >= LEAST_TONE_S;
      if (name === 'groups') return proof >= LEAST_PROOF;
      if (name === 'rhythm_t3' || name === 'rhythm_t4') return value >= LEAST_PROOF;
      return name !== 'sounding' || (value >= LEAST_SHARE_OF_TIME && heardS >= LEAST_UNBROKEN_S);
    })
    .slice(0, MOST_REASONS);
