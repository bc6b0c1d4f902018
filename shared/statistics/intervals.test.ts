import { describe, expect, test } from '@jest/globals';
import { differenceOfShares, poisson, ratioOfRates, signTest, wilson } from './intervals.ts';

describe('intervals', () => {
  // From Python: Wilson's formula with scipy.stats.norm.ppf(0.975).
  test.each([
    [12, 13, 0.66686, 0.98629],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [43, 51, 0.719896, 0.918308],
  ])("Wilson's interval of %i in %i agrees with scipy", (hits, trials, low, high) => {
    expect(wilson(hits, trials).low).toBeCloseTo(low, 4);
    expect(wilson(hits, trials).high).toBeCloseTo(high, 4);
  });

  // From Python: scipy.stats.chi2.ppf(0.025, 2k)/2 and chi2.ppf(0.975, 2k + 2)/2; 3,000 from mpmath's gammainc with 30 digits.
  test.each([
    [0, 0, 3.688879],
    [1, 0.025318, 5.571643],
    [10, 4.795389, 18.390356],
    [100, 81.363991, 121.626794],
    [3_000, 2893.598621, 3109.31353],
  ])('the interval of a Poisson count of %i agrees with scipy and mpmath', (count, low, high) => {
    expect(poisson(count).low).toBeCloseTo(low, 4);
    expect(poisson(count).high).toBeCloseTo(high, 4);
  });

  test('the sign test gives p = 1 for an even split, and a small p for a one-sided split', () => {
    expect(signTest(5, 5)).toBe(1);
    expect(signTest(0, 8)).toBeCloseTo(2 / 2 ** 8, 10);
    expect(signTest(0, 0)).toBe(1);
  });

  test('a proportion without trials may be anything from 0 to 1', () =>
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 }));

  // From Newcombe 1998, table II, method 10: 56 of 70 against 48 of 80, and 9 of 10 against 3 of 10.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
  ])(
    "the interval of the difference between %i in %i and %i in %i agrees with Newcombe's table",
    (hits, trials, other, others, low, high) => {
      expect(differenceOfShares(hits, trials, other, others).low).toBeCloseTo(low, 4);
      expect(differenceOfShares(hits, trials, other, others).high).toBeCloseTo(high, 4);
    },
  );

  test('the interval of a ratio of two rates includes the measured ratio, is narrower for more counts, and is unbounded without counts', () => {
    const few = ratioOfRates(6, 10, 3, 20);
    const many = ratioOfRates(60, 10, 30, 20);
    expect(few.low).toBeLessThan(many.low);
    expect(many.low).toBeLessThan(4);
    expect(many.high).toBeGreaterThan(4);
    expect(many.high).toBeLessThan(few.high);
    expect(ratioOfRates(0, 10, 0, 20)).toEqual({ low: 0, high: Infinity });
    expect(ratioOfRates(3, 10, 0, 20).high).toBe(Infinity);
  });
});
