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

/** Garwood's exact interval of a Poisson count: chi-square quantiles, found by bisection. */
export function poisson(count: number): Interval {
  return {
    low: count === 0 ? 0 : rateWhere((rate) => 1 - poissonCdf(count - 1, rate), ALPHA / 2, count),
    high: rateWhere((rate) => 1 - poissonCdf(count, rate), 1 - ALPHA / 2, count + 1),
  };
}

/** Finds the rate at which the rising function `tail` reaches `target`. */
function rateWhere(tail: (rate: number) => number, target: number, near: number): number {
  let low = 0;
  let high = near + 10 * Math.sqrt(near) + 10;
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (tail(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X <= count), summed in logarithms so that large rates do not underflow. */
function poissonCdf(count: number, rate: number): number {
  if (rate === 0) return 1;
  let logTerm = -rate;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log(rate / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
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
