/** What was seen of the devices of one side since the stage began. */
export interface Seen {
  devices: number;
  /** Time that they ran, all together. */
  deviceDays: number;
  /** False alerts: on how many devices, how many, and the sum of each device's number squared. */
  falseAlerts: { devices: number; count: number; squares: number };
  /** Devices that went back, refused the release or fell silent. */
  failed: number;
}

/** Of the numbers of devices that had any. */
export const countsOf = (numbers: readonly number[]): Seen['falseAlerts'] => ({
  devices: numbers.length,
  count: numbers.reduce((sum, number) => sum + number, 0),
  squares: numbers.reduce((sum, number) => sum + number * number, 0),
});

export interface Difference {
  /** New less old. */
  is: number;
  low: number;
  high: number;
}

export interface Comparison {
  /** A device and day. */
  falseAlerts: Difference;
  /** A device. */
  failed: Difference;
  /** In words, when the new release is worse; null: it is not known to be. */
  worse: string | null;
}

/**
 * 99.9 %, two-sided. The comparison is looked at hundreds of times in a roll-out, and each look may be wrong: at 95 % most roll-outs of
 * a release that is as good as the old one would halt.
 */
const Z = 3.2905;
/** One noisy home, or one broken box, is no fault of a release. */
const LEAST_AFFECTED = 3;

export function compare(next: Seen, before: Seen): Comparison {
  const falseAlerts = difference(rateOf(next), rateOf(before));
  const failed = difference(shareOf(next), shareOf(before));
  const noisy = falseAlerts.low > 0 && next.falseAlerts.devices >= LEAST_AFFECTED;
  const failing = failed.low > 0 && next.failed >= LEAST_AFFECTED;
  const worse = [
    ...(noisy ? [`false alerts a device and day: ${words(rateOf(next).mean, rateOf(before).mean, falseAlerts)}`] : []),
    ...(failing ? [`failed devices: ${words(shareOf(next).mean, shareOf(before).mean, failed)}`] : []),
  ];
  return { falseAlerts, failed, worse: worse.length > 0 ? worse.join('; ') : null };
}

interface Measured {
  mean: number;
  /** Of the mean. */
  variance: number;
}

/**
 * False alerts come in clusters: a home with a loud kitchen has ten and its neighbours none. So the variance is that between devices,
 * not that of a Poisson count.
 */
function rateOf({ devices, deviceDays, falseAlerts }: Seen): Measured {
  if (devices === 0 || deviceDays === 0) return { mean: 0, variance: 0 };
  const daysEach = deviceDays / devices;
  const { count, squares } = falseAlerts;
  const mean = count / devices;
  // One event more than was seen: where none was, the variance is small, but not zero.
  const between = (squares + 1 - devices * mean * mean) / Math.max(1, devices - 1);
  return { mean: mean / daysEach, variance: Math.max(0, between) / devices / daysEach ** 2 };
}

/** By Agresti and Coull: two more that failed and two more that did not. */
function shareOf({ devices, failed }: Seen): Measured {
  if (devices === 0) return { mean: 0, variance: 0 };
  const adjusted = (failed + 2) / (devices + 4);
  return { mean: failed / devices, variance: (adjusted * (1 - adjusted)) / (devices + 4) };
}

function difference(next: Measured, before: Measured): Difference {
  const is = next.mean - before.mean;
  const reach = Z * Math.sqrt(next.variance + before.variance);
  return { is, low: is - reach, high: is + reach };
}

const words = (next: number, before: number, { low, high }: Difference): string =>
  `${next.toFixed(3)} with the new release, ${before.toFixed(3)} with the old (difference ${low.toFixed(3)} to ${high.toFixed(3)})`;
