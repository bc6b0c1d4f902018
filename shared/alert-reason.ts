import { isDecisive } from './cadence/explain.ts';
import type { Why } from './contracts/candidate.ts';

/**
 * What a notification says about a sound, without numbers. The rhythms have the names of the evidence; the app's page of an
 * alert lists it with the same words, and has their German translation (cloud/web/src/words).
 */
export const ALERT_REASONS = {
  rhythm_t3: 'Sounds in the rhythm of a smoke alarm',
  rhythm_t4: 'Sounds in the rhythm of a CO alarm',
  rhythm_steady: 'Even beeps, as from older smoke alarms',
  rhythm_fast: 'Fast beeps',
  rhythm_sweep: 'A pitch that rises and falls again and again',
  rhythm_continuous: 'A tone without a pause',
  rhythm_chirp: 'A short tone with no other tone close to it',
  sudden: 'A sudden sound',
};
export type AlertReason = keyof typeof ALERT_REASONS;

/** The rhythm that decided, or that the sound was sudden; null when there is nothing to say without numbers. */
export function alertReasonOf(why: Pick<Why, 'cadence' | 'reasons' | 'heard'>): AlertReason | null {
  const { pattern } = why.cadence;
  if (pattern !== 'none' && isDecisive(why)) return `rhythm_${pattern}`;
  return why.heard?.isSudden ? 'sudden' : null;
}
