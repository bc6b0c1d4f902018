import { describe, expect, test } from '@jest/globals';
import { Random } from '../synthesis/random.ts';
import { filterInPlace } from './biquad.ts';
import { convolve } from './convolve.ts';
import { drawRoom, simulatedRoom } from './room.ts';
import { powerAt } from '../synthesis/testing/measure.ts';

const noise = (length: number, seed: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.uniform(-1, 1));
};

describe('convolution', () => {
  test.each([
    [1, 1],
    [500, 100],
    [5_000, 3_000],
    [700, 4_097],
  ])('the fast convolution of %i samples with a response of %i samples equals the direct sum', (length, response) => {
    const signal = noise(length, 1);
    const room = noise(response, 2);
    const fast = convolve(signal, room);
    expect(fast).toHaveLength(length + response - 1);
    for (let n = 0; n < fast.length; n += 37) {
      let sum = 0;
      for (let k = Math.max(0, n - length + 1); k <= Math.min(n, response - 1); k++)
        sum += (signal[n - k] ?? 0) * (room[k] ?? 0);
      expect(fast[n]).toBeCloseTo(sum, 3);
    }
  });

  test('silence in a room stays silence', () => {
    expect(convolve(new Float32Array(0), noise(10, 1))).toHaveLength(9);
    expect(convolve(noise(10, 1), new Float32Array(0))).toHaveLength(9);
  });
});

describe('rooms', () => {
  test('every room keeps the energy of the sound', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { response } = drawRoom(new Random(seed), { measured: [noise(3_000, 9)] });
      expect(response.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 3);
      expect(response.every(Number.isFinite)).toBe(true);
    }
  });

  test('sound decays with the reverberation time of the room', () => {
    const decays = Array.from({ length: 12 }, (_, seed) => {
      const { response, reverberationS } = simulatedRoom(new Random(seed), 'simulated');
      return measuredDecay(response) / reverberationS;
    });
    decays.sort((a, b) => a - b);
    // Test the median of many rooms, because early reflections and the loss of treble distort the measurement of single
    // rooms.
    expect(decays[6] ?? 0).toBeGreaterThan(0.6);
    expect(decays[6] ?? 0).toBeLessThan(1.5);
  });

  test('a sound from the next room loses its treble', () => {
    const share = (kind: 'simulated' | 'next room'): number =>
      Array.from({ length: 10 }, (_, seed) => trebleShare(simulatedRoom(new Random(seed), kind).response)).reduce(
        (sum, x) => sum + x,
        0,
      ) / 10;
    expect(share('next room')).toBeLessThan(share('simulated') / 2);
  });
});

test.each([
  ['lowpass', 200, 6_000],
  ['highpass', 6_000, 100],
] as const)('a %s filter passes %i Hz and blocks %i Hz', (kind, passes, stops) => {
  const tone = (hz: number): Float32Array =>
    Float32Array.from({ length: 8_000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 16_000));
  const after = (hz: number): number =>
    filterInPlace(tone(hz), { kind, hz: 1_200 })
      .subarray(2_000)
      .reduce((sum, x) => sum + x * x, 0);
  expect(after(passes)).toBeGreaterThan(2_700);
  expect(after(stops)).toBeLessThan(100);
});

/** Time in which sound decays by 60 dB, from the slope of the remaining energy (Schroeder) between -5 and -25 dB. */
function measuredDecay(response: Float32Array): number {
  const left = new Float64Array(response.length + 1);
  for (let i = response.length - 1; i >= 0; i--) left[i] = (left[i + 1] ?? 0) + (response[i] ?? 0) ** 2;
  const when = (db: number): number => left.findIndex((energy) => energy < (left[0] ?? 0) * 10 ** (db / 10));
  return ((when(-25) - when(-5)) / 16_000) * 3;
}

/** Share of the energy above 4 kHz. */
function trebleShare(response: Float32Array): number {
  let share = 0;
  for (let hz = 4_000; hz < 8_000; hz += 200) share += powerAt(response, hz);
  let all = 0;
  for (let hz = 200; hz < 8_000; hz += 200) all += powerAt(response, hz);
  return share / all;
}
