import { expect, test } from '@jest/globals';
import { sine } from '../testing/noise.ts';
import { gainOfDb, peakDbfs, rmsDbfs } from './level.ts';

test('a full-scale sine has a peak of 0 dBFS and an RMS of -3 dBFS', () => {
  expect(peakDbfs(sine(16_000, 1_000, 1))).toBeCloseTo(0, 3);
  expect(rmsDbfs(sine(16_000, 1_000, 1))).toBeCloseTo(-3.01, 2);
  expect(rmsDbfs(sine(16_000, 1_000, gainOfDb(-40)))).toBeCloseTo(-43.01, 2);
});

test('the level of silence, and of no samples at all, is -Infinity', () => {
  for (const silence of [new Float32Array(100), new Float32Array(0)]) {
    expect(rmsDbfs(silence)).toBe(-Infinity);
    expect(peakDbfs(silence)).toBe(-Infinity);
  }
});
