import type { Cadence } from '../contracts/candidate.ts';

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const TIMES = ['never', 'once', 'twice'];

const count = (n: number): string => NUMBERS[n] ?? `${n}`;
const times = (n: number): string => TIMES[n] ?? `${count(n)} times`;
/** Two significant digits, but only one trailing zero: 0.06, 0.1, 0.15, 1.0, 12. */
const seconds = (s: number): string => `${s >= 9.95 ? s.toFixed(0) : s.toFixed(2).replace(/(\.\d)0$/, '$1')} s`;
const pitch = (hz: number): string =>
  hz >= 1_000 ? `${(hz / 1_000).toFixed(1)} kHz` : `${Math.round(hz / 10) * 10} Hz`;

/** Whether exactly one complete group was detected, and the beginning or the end of another group. */
export const cameAgain = ({ pattern, groups, beeps }: Cadence): boolean =>
  groups === 1 && ((pattern === 't3' && beeps > 3) || (pattern === 't4' && beeps > 4));

/**
 * A group that was detected only once and fits less than this may be chance: in stored replays of scenes and recordings
 * 17 of 18 false smoke and CO alerts with such a group fitted less, and so did half of the 349 true ones.
 */
const LEAST_SINGLE_FIT = 0.4;

/**
 * Whether the cadence is one group that fits so badly that the sound may have no beeps at all: then their number, length
 * and pitch may be wrong. Single groups of crickets, birds and footsteps fit like this.
 */
export const mayBeChance = (cadence: Cadence): boolean =>
  (cadence.pattern === 't3' || cadence.pattern === 't4') &&
  cadence.groups === 1 &&
  !cameAgain(cadence) &&
  cadence.fit < LEAST_SINGLE_FIT;

/**
 * Returns the cadence that explains an alert: the one with the most groups of a standard's rhythm or, without any, the
 * one that fits best; the earliest of equals. The first report may come before the sound has shown its rhythm, so a
 * later report of the same sound may explain it better.
 */
export function clearest(cadences: readonly Cadence[]): Cadence | null {
  const clarity = ({ pattern, groups, fit }: Cadence): number =>
    fit + (pattern === 't3' || pattern === 't4' ? groups : 0);
  return cadences.reduce<Cadence | null>(
    (best, cadence) => (best === null || clarity(cadence) > clarity(best) ? cadence : best),
    null,
  );
}

/** One English sentence without its full stop: "three beeps of 0.5 s at 3.1 kHz, four times". */
export function explain(cadence: Cadence): string {
  const { pattern, onS, offS, beeps, groups, periodS } = cadence;
  const at = cadence.toneHz === null ? '' : ` at ${pitch(cadence.toneHz)}`;
  if (mayBeChance(cadence)) return 'tones in no clear rhythm so far';
  switch (pattern) {
    case 't3':
    case 't4':
      return `${count(pattern === 't3' ? 3 : 4)} beeps of ${seconds(onS)}${at}, ${cameAgain(cadence) ? 'and again' : times(groups)}`;
    case 'steady':
    case 'fast':
      // The count may be too low: it starts again after an uneven beep, and the first beep of a source is missed.
      return `at least ${count(beeps)} ${pattern === 'fast' ? 'fast ' : ''}beeps of ${seconds(onS)}${at}, ${seconds(onS + offS)} apart`;
    case 'sweep':
      // Do not state the number of sweeps: they are counted only over the last seconds (SweepTrack), so the number
      // would be too low.
      return `a tone that sweeps around${at.slice(3)}${periodS === null ? '' : `, every ${seconds(periodS)}`}`;
    case 'continuous':
      return `a continuous tone${at} for ${seconds(onS)}`;
    case 'chirp':
      return periodS === null
        ? `one chirp of ${seconds(onS)}${at}`
        : `a chirp of ${seconds(onS)}${at} every ${seconds(periodS)}, ${times(beeps)}`;
    case 'none':
      if (beeps === 0) return 'no beeps';
      if (beeps <= 3) return `${count(beeps)} beep${beeps === 1 ? '' : 's'} of ${seconds(onS)}${at} so far`;
      return `${count(beeps)} tones${at} in no pattern`;
  }
}
