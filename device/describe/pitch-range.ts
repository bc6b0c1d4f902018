/** The range of pitch that an alert states for a sound. */
import { melOf } from '@earshot/shared/features/mel-bank.ts';

/** The stated range of pitch has this share of the power. */
const MOST_POWER = 0.8;

export interface PitchPower {
  hz: number;
  power: number;
}

export const total = (parts: readonly PitchPower[]): number => parts.reduce((sum, { power }) => sum + power, 0);

/**
 * The shortest range of pitch that has most of the power; `parts`: lowest pitch first. It is the shortest on the mel
 * scale, on which people hear equal steps. A tenth of the power may be a voice or rumble far below an alarm's beeps, so a
 * range that leaves out a tenth on each side would reach down to it, over pitches that have no power.
 */
export function shortestRange(parts: readonly PitchPower[]): [number, number] {
  const part = (at: number): PitchPower => parts[at] as PitchPower;
  const length = (from: number, to: number): number => melOf(part(to).hz) - melOf(part(from).hz);
  const enough = MOST_POWER * total(parts);
  let [low, high] = [0, parts.length - 1];
  let [from, sum] = [0, 0];
  parts.forEach(({ power }, to) => {
    sum += power;
    for (; sum - part(from).power >= enough; from++) sum -= part(from).power;
    if (sum >= enough && length(from, to) < length(low, high)) [low, high] = [from, to];
  });
  return [part(low).hz, part(high).hz];
}

/** A band is silent when it has less than this share of the power of the strongest one: on a spectrogram it looks dark. */
const SILENT = 10 ** -1.5;
/** A gap is at least half an octave and 1 kHz wide: a narrower one may lie between the harmonics of a voice. */
const LEAST_GAP = Math.SQRT2;
const LEAST_GAP_HZ = 1_000;

/** The widest silent part of a range; null if none is wide enough. `parts`: lowest pitch first. */
export function gapIn(
  parts: readonly PitchPower[],
  [lowHz, highHz]: readonly [number, number],
): [number, number] | null {
  const loudest = parts.reduce((most, { power }) => Math.max(most, power), 0);
  const heard = parts.filter(({ hz, power }) => hz >= lowHz && hz <= highHz && power >= SILENT * loudest);
  const gaps = heard.slice(1).map(({ hz }, i): [number, number] => [(heard[i] as PitchPower).hz, hz]);
  const [widest] = gaps
    .filter(([from, to]) => to >= LEAST_GAP * from && to >= from + LEAST_GAP_HZ)
    .toSorted(([fromA, toA], [fromB, toB]) => toB / fromB - toA / fromA);
  return widest ?? null;
}
