import { describe, expect, test } from '@jest/globals';
import { poisson, signTest, wilson } from './intervals.ts';

describe('intervals', () => {
  // Wilson's formula in Python with scipy.stats.norm.ppf(0.975)
  test.each([
    [12, 13, 0.66686, 0.98629],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [43, 51, 0.719896, 0.918308],
  ])("Wilson's interval of %i in %i agrees with scipy", (hits, trials, low, high) => {
    expect(wilson(hits, trials).low).toBeCloseTo(low, 4);
    expect(wilson(hits, trials).high).toBeCloseTo(high, 4);
  });

  // scipy.stats.chi2.ppf(0.025, 2k)/2 and chi2.ppf(0.975, 2k + 2)/2
  test.each([
    [0, 0, 3.688879],
    [1, 0.025318, 5.571643],
    [10, 4.795389, 18.390356],
    [100, 81.363991, 121.626794],
  ])('the interval of a Poisson count of %i agrees with scipy', (count, low, high) => {
    expect(poisson(count).low).toBeCloseTo(low, 4);
    expect(poisson(count).high).toBeCloseTo(high, 4);
  });

  test('the sign test gives p = 1 for an even split, and a small p for a one-sided split', () => {
    expect(signTest(5, 5)).toBe(1);
    expect(signTest(0, 8)).toBeCloseTo(2 / 2 ** 8, 10);
    expect(signTest(0, 0)).toBe(1);
  });

  test('a proportion of no trials may be anything from 0 to 1', () =>
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 }));
});
