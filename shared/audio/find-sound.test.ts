import { describe, expect, test } from '@jest/globals';
import { doorbell, recordingOf } from '../testing/doorbell.ts';
import { whiteNoise } from '../testing/noise.ts';
import { findSound } from './find-sound.ts';

describe('finding the sound in a recording', () => {
  test('finds the sound from its first to its last tone', () => {
    const found = findSound(recordingOf(doorbell(), 1), 16_000);
    expect(found?.startS).toBeGreaterThan(1.9);
    expect(found?.startS).toBeLessThan(2.6);
    // "Ding" and "dong" count as one sound.
    expect((found?.endS ?? 0) - (found?.startS ?? 0)).toBeGreaterThan(0.8);
    expect(found?.aboveRoomDb).toBeGreaterThan(15);
  });

  test('finds the louder of two sounds', () => {
    const samples = recordingOf(doorbell(), 2);
    samples.set(whiteNoise(1_600, 0.01, 3), 8_000);
    expect(findSound(samples, 16_000)?.startS).toBeGreaterThan(1.9);
  });

  test('finds at most five seconds', () => {
    const samples = whiteNoise(16_000 * 10, 0.001, 1);
    samples.set(whiteNoise(16_000 * 7, 0.1, 2), 16_000 * 2);
    const found = findSound(samples, 16_000);
    expect((found?.endS ?? 0) - (found?.startS ?? 0)).toBeCloseTo(5, 1);
  });

  test.each([
    ['room noise alone', whiteNoise(16_000 * 6, 0.01, 1)],
    ['digital silence', new Float32Array(16_000 * 6)],
    ['a click', Float32Array.from({ length: 16_000 * 6 }, (_, i) => (i === 20_000 ? 0.5 : 0))],
    ['nothing', new Float32Array(0)],
  ])('finds nothing in %s', (_, samples) => {
    expect(findSound(samples, 16_000)).toBeNull();
  });
});
