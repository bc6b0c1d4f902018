import { seededRandom } from './noise.ts';

const SAMPLE_RATE = 16_000;

/** Each beep as [start, length], in seconds. */
export type BeepTimes = readonly (readonly [number, number])[];

/**
 * The times of repeated groups of beeps: T3 is `groupsOf(3, 0.5, 1, 4, cycles)`. `stretch` is a factor for all times.
 */
export function groupsOf(
  beeps: number,
  onS: number,
  stepS: number,
  cycleS: number,
  cycles: number,
  stretch = 1,
): BeepTimes {
  const firstS = 0.7;
  return Array.from({ length: cycles * beeps }, (_, i): [number, number] => [
    firstS + stretch * (Math.floor(i / beeps) * cycleS + (i % beeps) * stepS),
    stretch * onS,
  ]);
}

export const t3 = (cycles: number, stretch = 1): BeepTimes => groupsOf(3, 0.5, 1, 4, cycles, stretch);
export const t4 = (cycles: number, stretch = 1, cycleS = 5.8): BeepTimes =>
  groupsOf(4, 0.1, 0.2, cycleS, cycles, stretch);

/** Adds beeps with the given partials. A sounder with a square wave has odd partials whose amplitude is 1 / n. */
export function addBeeps(
  target: Float32Array,
  times: BeepTimes,
  hz: number,
  amplitude: number,
  partials: readonly number[] = [1],
): void {
  for (const [startS, lengthS] of times) {
    const from = Math.round(startS * SAMPLE_RATE);
    const to = Math.min(target.length, Math.round((startS + lengthS) * SAMPLE_RATE));
    for (const n of partials) {
      const step = (2 * Math.PI * hz * n) / SAMPLE_RATE;
      for (let i = from; i < to; i++) target[i] = (target[i] as number) + (amplitude / n) * Math.sin(step * i);
    }
  }
}

/**
 * Adds reverberation with four comb filters, like old reverberators: an exponential tail of the given length, as strong
 * as the direct sound.
 */
export function reverberant(dry: Float32Array, rt60S: number): Float32Array {
  const wet = dry.slice();
  for (const delay of [477, 557, 643, 719]) {
    const feedback = 10 ** ((-3 * delay) / SAMPLE_RATE / rt60S);
    const comb = dry.slice();
    for (let i = delay; i < comb.length; i++) comb[i] = (comb[i] as number) + feedback * (comb[i - delay] as number);
    for (let i = delay; i < wet.length; i++) wet[i] = (wet[i] as number) + 0.25 * (comb[i - delay] as number);
  }
  return wet;
}

/** A sound with a spectrum like that of voiced speech: gliding harmonics in syllables, with pauses. */
export function babble(length: number, rms: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const out = new Float32Array(length);
  for (let at = 0; at < length;) {
    const syllable = Math.round((0.08 + 0.25 * random()) * SAMPLE_RATE);
    const pitch = 90 + 150 * random();
    const glide = 0.7 + 0.6 * random();
    const formant = 300 + 2_500 * random();
    let phase = 0;
    for (let i = at; i < Math.min(length, at + syllable); i++) {
      const part = (i - at) / syllable;
      const f0 = pitch * glide ** part;
      phase += (2 * Math.PI * f0) / SAMPLE_RATE;
      let x = 0;
      for (let n = 1; n <= 16; n++) x += Math.sin(n * phase) / (1 + ((n * f0 - formant) / 600) ** 2);
      out[i] = x * Math.sin(Math.PI * part);
    }
    at += syllable + Math.round(0.15 * random() * SAMPLE_RATE);
  }
  let squares = 0;
  for (const x of out) squares += x * x;
  const gain = rms / Math.sqrt(squares / length);
  return out.map((x) => x * gain);
}
