import { describe, expect, test } from '@jest/globals';
import FFT from 'fft.js';
import { whiteNoise } from '../testing/noise.ts';
import { MOST_FRAMES, SpectrumKernel } from './spectrum-kernel.ts';

/** Computes the same transform with fft.js, on one frame under the same window. */
function reference(frame: Float32Array): Float32Array {
  const size = frame.length;
  const windowed = Array.from(frame, (x, i) => x * Math.fround(0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (size - 1))));
  const out = new Float64Array(2 * size);
  new FFT(size).transform(
    out,
    windowed.flatMap((x) => [x, 0]),
  );
  return Float32Array.from({ length: size / 2 + 1 }, (_, k) =>
    Math.hypot(out[2 * k] as number, out[2 * k + 1] as number),
  );
}

describe('the spectrum kernel', () => {
  test.each([32, 64, 512, 1024, 2048])('gives the same amplitudes as fft.js at size %i', (size) => {
    const kernel = new SpectrumKernel(size);
    const hop = size / 2 + 3;
    const noise = whiteNoise((MOST_FRAMES - 1) * hop + size, 0.5, size);
    kernel.input.set(noise);
    kernel.run(MOST_FRAMES, hop);
    for (let frame = 0; frame < MOST_FRAMES; frame++) {
      const expected = reference(noise.subarray(frame * hop, frame * hop + size));
      const own = kernel.amplitudes.subarray((frame * (size + 2)) / 2, ((frame + 1) * (size + 2)) / 2);
      const largest = Math.max(...expected);
      expected.forEach((value, k) => expect(Math.abs((own[k] as number) - value)).toBeLessThan(1e-7 * largest));
    }
  });

  test('gives a frame the same amplitudes, to the bit, alone and at any place among other frames', () => {
    const kernel = new SpectrumKernel(512);
    kernel.input.set(whiteNoise(31 * 320 + 512, 0.5, 1));
    kernel.run(MOST_FRAMES, 320);
    const all = kernel.amplitudes.slice();
    for (const frame of [0, 1, 6, 31]) {
      kernel.input.copyWithin(0, frame * 320, frame * 320 + 512);
      kernel.run(1, 320);
      expect(kernel.amplitudes.slice(0, 257)).toEqual(all.subarray(frame * 257, (frame + 1) * 257));
      kernel.input.set(whiteNoise(31 * 320 + 512, 0.5, 1));
    }
  });

  test('gives silence an amplitude of zero, and a constant the amplitudes of the window itself', () => {
    const kernel = new SpectrumKernel(512);
    kernel.input.fill(0);
    kernel.run(3, 320);
    expect(new Set(kernel.amplitudes.subarray(0, 3 * 257))).toEqual(new Set([0]));
    kernel.input.fill(0.25);
    kernel.run(3, 320);
    expect(kernel.amplitudes[2 * 257]).toBeCloseTo(0.25 * 255.5, 4);
  });
});
