import { describe, expect, test } from '@jest/globals';
import { Random } from '../synthesis/random.ts';
import { MistakeRate } from './mistake-rate.ts';

/** Highest scores of windows with an exponential tail, like those of a head on other sounds. */
function windows(count: number, perDay: number, seed: string) {
  const random = new Random(seed);
  return Array.from({ length: count }, () => ({
    group: 'all',
    highest: -6 - Math.log(1 - random.next()),
    perDay: perDay / count,
  }));
}

describe('the estimated rate of false alerts', () => {
  test('counts the false alerts when many windows of the bank exceed the threshold', () => {
    const rate = new MistakeRate(windows(2_000, 100, 'count'));
    // Half of an exponential distribution lies above ln 2.
    expect(rate.at(-6 + Math.LN2)).toBeGreaterThan(46);
    expect(rate.at(-6 + Math.LN2)).toBeLessThan(54);
  });

  test('extrapolates rates that are too low to be counted in the bank, and estimates them too high rather than too low', () => {
    const threshold = -6 + Math.log(100 / 0.2);
    const ratios = Array.from(
      { length: 40 },
      (_, n) => new MistakeRate(windows(600, 100, `far/${n}`)).at(threshold) / 0.2,
    );
    const sorted = ratios.toSorted((a, b) => a - b);
    expect(sorted[20]).toBeGreaterThan(1);
    expect(sorted[4]).toBeGreaterThan(0.3);
    expect(sorted[35]).toBeLessThan(12);
  });

  test('gives the threshold for a rate of false alerts, and a higher threshold for a lower rate', () => {
    const rate = new MistakeRate(windows(600, 100, 'threshold'));
    expect(rate.at(rate.thresholdFor(0.2))).toBeCloseTo(0.2, 3);
    expect(rate.at(rate.thresholdFor(30))).toBeLessThanOrEqual(30);
    expect(rate.thresholdFor(0.07)).toBeGreaterThan(rate.thresholdFor(0.2));
  });
});
