import { gammaCdf, whereRises } from './special-functions.ts';

/** Quantile of the normal distribution for two-sided intervals of 95 %. */
const Z = 1.959963984540054;
const ALPHA = 0.05;

export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's interval of a proportion. It is valid for few trials and near 0 or 1, where the usual interval has a width
 * of zero.
 */
export function wilson(hits: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const p = hits / trials;
  const z2 = Z * Z;
  const centre = p + z2 / (2 * trials);
  const reach = Z * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return {
    low: hits === 0 ? 0 : Math.max(0, (centre - reach) / scale),
    high: hits === trials ? 1 : Math.min(1, (centre + reach) / scale),
  };
}

/** Garwood's exact interval of a Poisson count, which need not be a whole number (see special-functions.ts). */
export function poisson(count: number): Interval {
  const most = count + 10 * Math.sqrt(count) + 20;
  return {
    low: count === 0 ? 0 : whereRises((rate) => gammaCdf(count, rate), ALPHA / 2, most),
    high: whereRises((rate) => gammaCdf(count + 1, rate), 1 - ALPHA / 2, most),
  };
}

/**
 * 95 % interval of the difference of two shares, the first minus the second (Newcombe 1998, method 10: from the Wilson
 * intervals of both).
 */
export function differenceOfShares(hits: number, trials: number, otherHits: number, otherTrials: number): Interval {
  if (trials === 0 || otherTrials === 0) return { low: -1, high: 1 };
  const [share, other] = [hits / trials, otherHits / otherTrials];
  const [own, others] = [wilson(hits, trials), wilson(otherHits, otherTrials)];
  return {
    low: share - other - Math.hypot(share - own.low, others.high - other),
    high: share - other + Math.hypot(own.high - share, other - others.low),
  };
}

/**
 * 95 % interval of the ratio of two rates. Given the sum of both counts, the first count is binomial, and its share
 * follows from the ratio and the exposures.
 */
export function ratioOfRates(count: number, exposure: number, otherCount: number, otherExposure: number): Interval {
  const { low, high } = wilson(count, count + otherCount);
  const ratioAt = (share: number): number =>
    share >= 1 ? Infinity : ((share / (1 - share)) * otherExposure) / exposure;
  return count + otherCount === 0 ? { low: 0, high: Infinity } : { low: ratioAt(low), high: ratioAt(high) };
}

/**
 * McNemar's exact test of two releases on the same sounds. Of the sounds that only one release detected, one release
 * may have more: the result is the probability of a split at least as uneven if both releases were equally good.
 */
export function signTest(onlyA: number, onlyB: number): number {
  const trials = onlyA + onlyB;
  if (trials === 0) return 1;
  const most = Math.max(onlyA, onlyB);
  let logTerm = -trials * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= trials; k++) {
    if (k >= most) tail += Math.exp(logTerm);
    logTerm += Math.log((trials - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
