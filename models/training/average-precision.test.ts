import { expect, test } from '@jest/globals';
import { averagePrecision } from './average-precision.ts';

const ordered = (...real: boolean[]): { score: number; isReal: boolean }[] =>
  real.map((isReal, at) => ({ score: -at, isReal }));

test('average precision is 1 when every real sound has a higher score than every other sound', () => {
  expect(averagePrecision(ordered(true, true, false, false))).toBe(1);
});

test('average precision is the mean of the precision at each real sound', () => {
  expect(averagePrecision(ordered(true, false, true, false))).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(averagePrecision(ordered(true, false, true, false).reverse())).toBeCloseTo((1 + 2 / 3) / 2, 12);
});

test('average precision of no real sound is not a number', () => {
  expect(averagePrecision(ordered(false, false))).toBeNaN();
});
