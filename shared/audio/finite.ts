import { EarshotError } from '../errors.ts';

/** A sample 120 dB over full scale cannot be sound, and its power would later overflow single precision. */
const LARGEST = 1e6;
/**
 * The number of samples that are checked with one comparison: the sum of their squares is small and finite unless one
 * of them is invalid.
 */
const TOGETHER = 8;

/**
 * Refuses samples that are NaN or infinite: one NaN in the network's carried state would make every later score NaN.
 */
export function requireFinite(samples: Float32Array): void {
  let at = 0;
  for (; at + TOGETHER <= samples.length; at += TOGETHER) {
    const a = samples[at] as number;
    const b = samples[at + 1] as number;
    const c = samples[at + 2] as number;
    const d = samples[at + 3] as number;
    const e = samples[at + 4] as number;
    const f = samples[at + 5] as number;
    const g = samples[at + 6] as number;
    const h = samples[at + 7] as number;
    const squares = a * a + b * b + c * c + d * d + (e * e + f * f + g * g + h * h);
    // Written as `!(a < b)`, so that NaN is refused too: every comparison with NaN is false.
    if (!(squares < LARGEST * LARGEST)) requireEach(samples, at, at + TOGETHER);
  }
  requireEach(samples, at, samples.length);
}

function requireEach(samples: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const x = samples[i] as number;
    if (!(x < LARGEST && x > -LARGEST))
      throw new EarshotError('AUDIO_NOT_FINITE', `Sample ${i} of ${samples.length} is ${x}.`);
  }
}
