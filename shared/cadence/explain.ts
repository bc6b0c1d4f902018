import type { Cadence, HeardSound, Why } from '../contracts/candidate.ts';

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
 * With less proof (`Rhythm.proof`) a repetition is chance: sounds whose groups hardly fit the standard's rhythm repeat
 * them now and then. No alert names such a rhythm, and the verifier does not count it. Of 143 T3 alarms of the proving
 * generator, eight had a smaller proof when they were first confirmed; all of them are confirmed without it, too.
 */
export const LEAST_PROOF = 0.1;

/** Evidence with a smaller share of the support is no reason, because it hardly affected the decision. */
export const LEAST_SHARE = 0.1;
/**
 * "The pitch stays nearly the same" and "no long pauses" are measured as shares of the time. Below this share the sentences
 * would be untrue: bottles that break every two seconds have 0.55, footsteps a pitch of 0.4.
 */
export const LEAST_SHARE_OF_TIME = 0.75;

/**
 * Other sounds fill the pauses of groups that fit less than this, or their beeps are uneven: laughter and wind chimes
 * fit like this, and so does an alarm under loud music.
 */
const LEAST_CLEAR_FIT = 0.4;

const isStandard = ({ pattern }: Cadence): boolean => pattern === 't3' || pattern === 't4';

/**
 * Whether the cadence is one group of a standard's rhythm that has not repeated. Crickets, birds and footsteps have such
 * groups by chance.
 */
export const isSingleGroup = (cadence: Cadence): boolean =>
  isStandard(cadence) && cadence.groups === 1 && !cameAgain(cadence);

/** Noise fills the pauses of groups that fit less than this, or they are chance. */
const LEAST_SEEN_FIT = 0.25;

/**
 * Whether a person sees a standard's rhythm on the spectrogram. Groups that fit badly are seen in noise if their beeps have
 * one pitch. Music fits as badly, but its notes differ in pitch. Of alerts with a proven rhythm and such a fit, nine of
 * eleven real alarms and two of four other sounds had one pitch.
 */
export function isSeen(cadence: Cadence): boolean {
  if (!isStandard(cadence) || cadence.fit >= LEAST_SEEN_FIT) return true;
  const rangeHz = pitchRangeOf(cadence);
  return rangeHz !== null && isOnePitch(rangeHz);
}

/** Whether groups repeated in the standard's rhythm, but may be other sounds than beeps. */
export const isUnclear = (cadence: Cadence): boolean => isStandard(cadence) && cadence.fit < LEAST_CLEAR_FIT;

/**
 * Whether the cadence is a reason of the decision, so that an alert may be explained with it. Older devices send neither
 * reasons nor what was heard.
 */
export function isDecisive({ cadence, reasons, heard }: Pick<Why, 'cadence' | 'reasons' | 'heard'>): boolean {
  if (cadence.pattern === 'none' || isSingleGroup(cadence) || !isSeen(cadence)) return false;
  return (
    (reasons.length === 0 && heard === undefined) ||
    reasons.some(
      ({ evidence }) => evidence === `rhythm_${cadence.pattern}` || (evidence === 'groups' && isStandard(cadence)),
    )
  );
}

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

/**
 * One English sentence without its full stop: "three beeps of 0.5 s at 3.1 kHz, and again". `heard` says whether other
 * tones are seen beside the beeps, e.g. their harmonics.
 */
export function explain(cadence: Cadence, heard?: HeardSound | null): string {
  const { pattern, onS, offS, beeps, periodS } = cadence;
  const at = cadence.toneHz === null ? '' : ` at ${pitch(cadence.toneHz)}`;
  const rangeHz = pitchRangeOf(cadence);
  const range = rangeHz === null ? '' : toneText(rangeHz, heard);
  if (isSingleGroup(cadence)) return 'tones in no clear rhythm so far';
  switch (pattern) {
    case 't3':
    case 't4':
      // State neither the number of groups nor the time between them: the number starts again after an uneven group, and
      // counts a chance group of another sound before the alarm, too; the time is short by a beep while the newest group
      // is incomplete.
      return `${isUnclear(cadence) ? 'sounds in the rhythm of ' : ''}${count(pattern === 't3' ? 3 : 4)} beeps of ${seconds(onS)}${range}, and again`;
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
        : `a chirp of ${seconds(onS)}${at} every ${seconds(periodS)}, at least ${times(beeps)}`;
    case 'none':
      if (beeps === 0) return 'no beeps';
      if (beeps <= 3) return `${count(beeps)} beep${beeps === 1 ? '' : 's'} of ${seconds(onS)}${at} so far`;
      return `${count(beeps)} tones${at} in no pattern`;
  }
}

/** A range that is narrower than this is one pitch: a semitone. */
const NARROW = 2 ** (1 / 12);
const isOnePitch = ([lowHz, highHz]: readonly [number, number]): boolean => highHz < NARROW * lowHz;

/** The ends of a range of pitch as texts. `to` is null when the range is narrow; then `from` is its middle. */
export function rangeOf(
  [lowHz, highHz]: readonly [number, number],
  pitchText: (hz: number) => string,
): { from: string; to: string | null } {
  const [from, to] = [pitchText(lowHz), pitchText(highHz)];
  return from === to || isOnePitch([lowHz, highHz])
    ? { from: pitchText(Math.sqrt(lowHz * highHz)), to: null }
    : { from, to };
}

/** The range of the beeps' pitch; null when they have none. Older devices send only one pitch. */
export function pitchRangeOf({ toneHz, toneRangeHz }: Cadence): readonly [number, number] | null {
  if (toneRangeHz !== undefined) return toneRangeHz;
  return toneHz === null ? null : [toneHz, toneHz];
}

/** Whether the stated pitch is all that is seen, also when nothing is known; otherwise it is the loudest of several. */
export const isOnlyTone = (heard?: HeardSound | null): boolean =>
  !heard || (heard.isTone && heard.isOnlyTone !== false);

/** The parts of a sound's range in which it sounds. */
export const rangesOf = ({ lowHz, highHz, gapHz }: HeardSound): [number, number][] =>
  gapHz === undefined
    ? [[lowHz, highHz]]
    : [
        [lowHz, gapHz[0]],
        [gapHz[1], highHz],
      ];

function rangeText(rangeHz: readonly [number, number]): string {
  const { from, to } = rangeOf(rangeHz, pitch);
  return to === null ? `at ${from}` : `between ${from} and ${to}`;
}

/** "Mostly", because the measured range leaves out the rarest pitches of a tone, and a siren reaches them, too. */
function toneText(rangeHz: readonly [number, number], heard?: HeardSound | null): string {
  const text = rangeText(rangeHz);
  if (!text.startsWith('at')) return `, mostly ${text}`;
  return isOnlyTone(heard) ? ` ${text}` : `, loudest ${text}`;
}

/** Describes a sound without a rhythm: "a sudden sound, mostly between 2.1 kHz and 6.8 kHz". */
export function describeSound(sound: HeardSound): string {
  const rangeHz = [sound.lowHz, sound.highHz] as const;
  if (sound.isTone) return `${sound.isBroken ? 'tones' : 'a tone'}${toneText(rangeHz, sound)}`;
  return `a ${sound.isSudden ? 'sudden ' : ''}sound, mostly ${rangesOf(sound).map(rangeText).join(' and ')}`;
}
