import { isSingleGroup } from '@earshot/shared/cadence/explain.ts';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';

/** The time that the drawn strip covers: a little more than two cycles of a CO alarm (T4). */
export const WINDOW_S = 12;

interface Beep {
  atS: number;
  lengthS: number;
}

/** Places the measured beeps on a time line, so that a person can compare them with the recording. */
export function beepsOf(cadence: Cadence): Beep[] {
  const perGroup = { t3: 3, t4: 4, chirp: 1, steady: 1, fast: 1, sweep: 1, continuous: 0, none: 0 }[cadence.pattern];
  if (cadence.pattern === 'continuous') return [{ atS: 0, lengthS: WINDOW_S }];
  if (perGroup === 0 || cadence.onS === 0 || isSingleGroup(cadence)) return [];
  const groupS = perGroup * (cadence.onS + cadence.offS);
  const periodS = Math.max(cadence.periodS ?? groupS, groupS, 0.1);
  // A group of which only a part repeated is drawn once.
  const isSingle = cadence.groups === 1 && perGroup > 1;
  const beeps: Beep[] = [];
  // Draw only complete groups, because an incomplete group would look like another pattern.
  for (let start = 0; start + groupS - cadence.offS <= WINDOW_S; start += periodS) {
    for (let i = 0; i < perGroup; i++) {
      const atS = start + i * (cadence.onS + cadence.offS);
      beeps.push({ atS, lengthS: cadence.onS });
    }
    if (isSingle) break;
  }
  return beeps;
}
