import type { Dice } from './dice.ts';
import { at, RATE } from './tone.ts';

export interface Room {
  /** Time until the echo has fallen by 60 dB. */
  reverberationS: number;
  /** Level of the direct sound relative to the echo. */
  directDb: number;
}

export const drawRoom = (dice: Dice): Room => ({
  reverberationS: dice.octaves(0.15, 0.9),
  directDb: dice.between(-5, 12),
});

/** Lengths of the eight delay lines: primes between 18 and 61 ms, so that their echoes do not coincide. */
const LINES = [293, 367, 443, 541, 631, 743, 857, 971];
const TAPS = 7;

/**
 * Adds a room to the sound: the direct sound, seven early reflections within 25 ms, and the tail of a feedback delay
 * network (Jot). The tail decays by 60 dB in `reverberationS`, high frequencies sooner. The result is longer than the
 * dry sound by the tail.
 */
export function inRoom(dice: Dice, dry: Float32Array, { reverberationS, directDb }: Room): Float32Array {
  const out = new Float32Array(dry.length + at(reverberationS));
  const taps = Array.from({ length: TAPS }, () => ({
    delay: at(dice.octaves(0.002, 0.025)),
    gain: dice.between(0.3, 0.8) * (dice.isUnder(0.5) ? -1 : 1),
  }));
  const lines = LINES.map((length) => new Float32Array(Math.round(length * dice.between(0.9, 1.1))));
  const losses = lines.map(({ length }) => 10 ** ((-3 * length) / RATE / reverberationS));
  const places = lines.map(() => 0);
  const lows = lines.map(() => 0);
  const damping = dice.between(0.15, 0.5);
  const direct = 10 ** (directDb / 20);
  const echoes = new Float32Array(8);
  for (let i = 0; i < out.length; i++) {
    const now = dry[i] ?? 0;
    let early = 0;
    for (const { delay, gain } of taps) if (i >= delay) early += gain * (dry[i - delay] ?? 0);
    let sum = 0;
    for (let k = 0; k < 8; k++) {
      const line = lines[k] as Float32Array;
      const low = (lows[k] as number) * damping + (line[places[k] as number] as number) * (1 - damping);
      lows[k] = low;
      echoes[k] = low * (losses[k] as number);
      sum += low * (losses[k] as number);
    }
    let tail = 0;
    for (let k = 0; k < 8; k++) {
      const line = lines[k] as Float32Array;
      const place = places[k] as number;
      // The Householder matrix feeds every delay line into all lines without a gain in energy.
      line[place] = (echoes[k] as number) - sum / 4 + (early + now) * 0.35;
      places[k] = place + 1 === line.length ? 0 : place + 1;
      tail += (k % 2 ? -1 : 1) * (echoes[k] as number);
    }
    out[i] = direct * now + 0.5 * early + tail;
  }
  return out;
}
