import { describe, expect, test } from '@jest/globals';
import { dispersionOf, exactRatio, rateInterval } from './dispersed-rates.ts';
import { poisson } from './intervals.ts';

const counted = (count: number, exposure: number) => ({ count, exposure });

describe('the interval of a rate', () => {
  test.each([0, 1, 10, 100])('is the exact Poisson interval when %i events are independent', (count) => {
    const { low, high } = rateInterval(counted(count, 4));
    expect(low).toBeCloseTo(poisson(count).low / 4, 8);
    expect(high).toBeCloseTo(poisson(count).high / 4, 8);
  });

  // From Python: scipy.stats.gamma.ppf(0.025, count / dispersion) and ppf(0.975, count / dispersion + 1), times
  // dispersion / exposure.
  test.each([
    [116, 12, 9.5, 5.0282706, 16.8067297],
    [1, 12, 3, 0.0000027816, 1.0895656],
  ])('of %i events in %i with a dispersion of %f agrees with scipy', (count, exposure, dispersion, low, high) => {
    const interval = rateInterval(counted(count, exposure), dispersion);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });
});

describe('the interval of a ratio', () => {
  // From Python: Clopper and Pearson's interval with scipy.stats.beta.ppf, as odds times the ratio of the exposures.
  test.each([
    [6, 10, 3, 20, 1, 0.95, 0.8542684, 24.7184536],
    [83, 2, 90, 10, 8, 0.95, 1.785894, 11.7837008],
    [40, 4, 4, 4, 1, 1 - 0.05 / 3, 3.0565318, 53.9680802],
  ])(
    'of %i in %i and %i in %i agrees with scipy (dispersion %i, confidence %f)',
    (count, exposure, otherCount, otherExposure, dispersion, confidence, low, high) => {
      const one = counted(count, exposure);
      const interval = exactRatio(one, counted(otherCount, otherExposure), dispersion, confidence);
      expect(interval.low).toBeCloseTo(low, 5);
      expect(interval.high).toBeCloseTo(high, 4);
    },
  );

  test('is unbounded when the second rate has no event, and begins at 0 when the first rate has none', () => {
    expect(exactRatio(counted(3, 10), counted(0, 20)).high).toBe(Infinity);
    expect(exactRatio(counted(0, 4), counted(5, 8)).low).toBe(0);
    expect(exactRatio(counted(0, 4), counted(0, 8))).toEqual({ low: 0, high: Infinity });
  });
});

describe('the dispersion of counts', () => {
  const homes = (...counts: number[]) => counts.map((count) => counted(count, 1));

  test('is 1 when homes differ no more than by chance', () => {
    expect(dispersionOf([homes(9, 10, 11, 10)])).toBe(1);
  });

  test('is large when a few homes have most of the events', () => {
    // Pearson's chi-square around the mean of 10, over three degrees of freedom; scipy.stats.t.ppf(0.975, 3) is 3.1824463
    const widened = (3.1824463 / 1.959964) ** 2;
    expect(dispersionOf([homes(40, 0, 0, 0)])).toBeCloseTo(((30 ** 2 + 3 * 10 ** 2) / 10 / 3) * widened, 4);
  });

  test('does not grow when one group of homes has more events than another', () => {
    expect(dispersionOf([homes(10, 10, 10), homes(100, 100, 100)])).toBe(1);
  });

  test('is unknown, and taken as 1, when each group has only one home', () => {
    expect(dispersionOf([homes(1), homes(50), homes(0)])).toBe(1);
  });
});
