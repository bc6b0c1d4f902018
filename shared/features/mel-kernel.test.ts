import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../testing/noise.ts';
import { DEVICE_FRONT_END, type FrontEnd } from './front-end.ts';
import { melBankOf } from './mel-bank.ts';
import { MelKernel } from './mel-kernel.ts';

/** Computes the same numbers in plain TypeScript. */
function reference(power: Float32Array, frontEnd: FrontEnd): Float32Array {
  const { firstBin, weights } = melBankOf(frontEnd);
  return Float32Array.from(weights, (own, band) => {
    let sum = 0;
    own.forEach((weight, n) => (sum += weight * (power[(firstBin[band] as number) + n] as number)));
    return Math.log(sum + frontEnd.floor) * Math.LOG10E;
  });
}

function expectSame(frames: Float32Array[], frontEnd: FrontEnd): void {
  const kernel = new MelKernel(frontEnd);
  const bins = frontEnd.fftSize / 2 + 1;
  const bands = frontEnd.melBands;
  const power = new Float32Array(frames.length * bins);
  frames.forEach((frame, n) => power.set(frame, n * bins));
  const mels = new Float32Array(frames.length * bands);
  kernel.run(power, frames.length, mels);
  frames.forEach((frame, n) => {
    expect(mels.subarray(n * bands, (n + 1) * bands)).toEqual(reference(frame, frontEnd));
  });
}

describe('the kernel of the mel bands', () => {
  test.each([1, 2, 3, 4, 7, 32])('computes the same as plain TypeScript, to the bit, for %i frames', (count) => {
    const random = seededRandom(count);
    const frames = Array.from({ length: count }, () =>
      Float32Array.from({ length: 257 }, () => random() * 10 ** (24 * random() - 12)),
    );
    expectSame(frames, DEVICE_FRONT_END);
  });

  test("computes the same as plain TypeScript also with the verifier's front end, which has another size", () => {
    const random = seededRandom(5);
    const frames = Array.from({ length: 5 }, () => Float32Array.from({ length: 513 }, () => random()));
    expectSame(frames, { ...DEVICE_FRONT_END, fftSize: 1024, hopSize: 160, melBands: 96 });
  });

  test('has a logarithm that equals Math.log near powers of two and near their square roots', () => {
    const frames = [1, Math.SQRT2].flatMap((root) =>
      Array.from({ length: 16 }, (_, n) => {
        const levels = root * 2 ** (n - 8);
        // The mean of a flat spectrum is its level, so these levels test the logarithm from 2^-18 below a number to
        // 2^-18 above it.
        return new Float32Array(257).fill(levels * (1 + (n - 8) * 2 ** -21));
      }),
    );
    expectSame(frames, { ...DEVICE_FRONT_END, floor: 1e-30 });
  });
});
