import { poisson, type Interval } from './intervals.ts';
import { betaCdf, whereRises } from './special-functions.ts';

/** The square of the normal distribution's quantile for two-sided intervals of 95 %. */
const NORMAL_SQUARED = 3.8414588;

/** A number of events, and the time (exposure) in which they were counted. */
export interface Counted {
  count: number;
  exposure: number;
}

/**
 * How many times as much the counts of units (for example homes) vary as counts of independent events would: Pearson's
 * chi-square divided by its degrees of freedom, around the rate of each unit's own group. At least 1. A group without
 * events is ignored, because it tells nothing about the variation. From few units the estimate may be far too small, so it
 * is widened: Student's quantile replaces the normal distribution's.
 */
export function dispersionOf(groups: readonly (readonly Counted[])[]): number {
  let chiSquare = 0;
  let degrees = 0;
  for (const units of groups) {
    const { count, exposure } = total(units);
    if (count === 0) continue;
    for (const unit of units) {
      const expected = (count * unit.exposure) / exposure;
      chiSquare += (unit.count - expected) ** 2 / expected;
    }
    degrees += units.length - 1;
  }
  return degrees === 0 ? 1 : Math.max(1, (chiSquare / degrees) * (studentSquared(degrees) / NORMAL_SQUARED));
}

/** The square of Student's quantile for two-sided intervals of 95 %. */
function studentSquared(degrees: number): number {
  const share = whereRises((x) => betaCdf(0.5, degrees / 2, x), 0.95, 1);
  return (degrees * share) / (1 - share);
}

export const total = (units: readonly Counted[]): Counted => ({
  count: units.reduce((sum, { count }) => sum + count, 0),
  exposure: units.reduce((sum, { exposure }) => sum + exposure, 0),
});

/**
 * 95 % interval of a rate. Events that come in clusters count as fewer independent events: their number divided by the
 * dispersion.
 */
export function rateInterval({ count, exposure }: Counted, dispersion = 1): Interval {
  const { low, high } = poisson(count / dispersion);
  const scale = dispersion / exposure;
  return { low: scale * low, high: scale * high };
}

/**
 * Exact interval of the ratio of two rates. Given the sum of both counts, the first count is binomial. Its share has
 * Clopper and Pearson's interval, and the ratio follows from this share and the exposures.
 */
export function exactRatio(one: Counted, other: Counted, dispersion = 1, confidence = 0.95): Interval {
  const [a, b] = [one.count / dispersion, other.count / dispersion];
  const tail = (1 - confidence) / 2;
  const ratioAt = (share: number): number => ((share / (1 - share)) * other.exposure) / one.exposure;
  return {
    low: a === 0 ? 0 : ratioAt(whereRises((x) => betaCdf(a, b + 1, x), tail, 1)),
    high: b === 0 ? Infinity : ratioAt(whereRises((x) => betaCdf(a + 1, b, x), 1 - tail, 1)),
  };
}
