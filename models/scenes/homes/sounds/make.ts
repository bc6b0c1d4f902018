import { fadingNoise } from '../../../synthesis/fading-noise.ts';
import type { Random } from '../../../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../../../synthesis/sound.ts';

/**
 * Makes a sound of the home by code, close and without echo, at most `durationS` long. Training of the device's network
 * does not use these sounds, only those of models/synthesis/near-miss.ts, because days made of training sounds would
 * give figures that are too good.
 */
export type Make = (random: Random, durationS: number) => Float32Array;

/** White noise between -1 and 1. */
export function noise(random: Random, length: number): Float32Array {
  const samples = new Float32Array(length);
  for (let i = 0; i < length; i++) samples[i] = random.next() * 2 - 1;
  return samples;
}

/** Noise that starts at once and decays with the time constant `decayS`. */
export function burst(random: Random, decayS: number): Float32Array {
  return fadingNoise(random, Math.max(8, samplesOf(5 * decayS)), Math.exp(-1 / (decayS * SAMPLE_RATE)));
}

/** Fades a sound in and out over `edgeS`, in place. */
export function faded(samples: Float32Array, edgeS: number): Float32Array {
  const edge = Math.min(samples.length >> 1, samplesOf(edgeS));
  for (let i = 0; i < edge; i++) {
    const gain = i / edge;
    samples[i] = (samples[i] as number) * gain;
    samples[samples.length - 1 - i] = (samples[samples.length - 1 - i] as number) * gain;
  }
  return samples;
}

const WINDOW = 4_000;

/** Root mean square of the loudest quarter of a second, which counts as the level of the sound. */
export function loudRmsOf(samples: Float32Array): number {
  let loudest = 0;
  for (let from = 0; from < samples.length; from += WINDOW / 2) {
    const end = Math.min(samples.length, from + WINDOW);
    let energy = 0;
    for (let i = from; i < end; i++) energy += (samples[i] as number) ** 2;
    loudest = Math.max(loudest, energy / WINDOW);
  }
  return Math.max(1e-5, Math.sqrt(loudest));
}

/**
 * Everything after the last sample above -60 dB relative to the loudest sample is cut off, which saves convolving it.
 */
const SILENT = 1e-3;

/** Returns the sound without the silence after it. */
export function trimmed(samples: Float32Array): Float32Array {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    if (x > peak) peak = x;
    else if (-x > peak) peak = -x;
  }
  let end = samples.length;
  while (end > 1 && Math.abs(samples[end - 1] as number) < peak * SILENT) end--;
  return samples.subarray(0, end);
}
