/** Counts for the devices with the new release, or for those with the old release, since the stage began. */
export interface Seen {
  devices: number;
  /** The running time of all these devices together, in days. */
  deviceDays: number;
  /**
   * The number of devices with false alerts, the number of these alerts, and the sum of the squared numbers per device.
   */
  falseAlerts: { devices: number; count: number; squares: number };
  /** Devices that rolled back, refused the release or stopped sending heartbeats. */
  failed: number;
}

/** Sums up false alerts, given their number for each device that had any. */
export const countsOf = (numbers: readonly number[]): Seen['falseAlerts'] => ({
  devices: numbers.length,
  count: numbers.reduce((sum, number) => sum + number, 0),
  squares: numbers.reduce((sum, number) => sum + number * number, 0),
});

export interface Difference {
  /** The value of the new release minus the value of the old release. */
  is: number;
  low: number;
  high: number;
}

export interface Comparison {
  /** False alerts per device and day. */
  falseAlerts: Difference;
  /** Share of the devices that failed. */
  failed: Difference;
  /** Says in which way the new release is worse. Null when the data do not show that it is worse. */
  worse: string | null;
}

/**
 * 99.9 %, two-sided. A roll-out makes hundreds of comparisons, and each may be wrong by chance: at 95 % most roll-outs of an equally good
 * release would be halted.
 */
const Z = 3.2905;
/**
 * At least this many devices must have the problem, so that one noisy home or one broken box does not halt a roll-out.
 */
const LEAST_AFFECTED = 3;

export function compare(next: Seen, before: Seen): Comparison {
  const falseAlerts = difference(rateOf(next), rateOf(before));
  const failed = difference(shareOf(next), shareOf(before));
  const noisy = falseAlerts.low > 0 && next.falseAlerts.devices >= LEAST_AFFECTED;
  const failing = failed.low > 0 && next.failed >= LEAST_AFFECTED;
  const worse = [
    ...(noisy
      ? [`false alerts per device and day: ${words(rateOf(next).mean, rateOf(before).mean, falseAlerts)}`]
      : []),
    ...(failing ? [`failed devices: ${words(shareOf(next).mean, shareOf(before).mean, failed)}`] : []),
  ];
  return { falseAlerts, failed, worse: worse.length > 0 ? worse.join('; ') : null };
}

interface Measured {
  mean: number;
  /** The variance of the mean value. */
  variance: number;
}

/**
 * False alerts come in clusters: a home with a loud kitchen has ten, and its neighbours have none. So the variance is measured between
 * devices instead of taken from a Poisson distribution.
 */
function rateOf({ devices, deviceDays, falseAlerts }: Seen): Measured {
  if (devices === 0 || deviceDays === 0) return { mean: 0, variance: 0 };
  const daysEach = deviceDays / devices;
  const { count, squares } = falseAlerts;
  const mean = count / devices;
  // Count one additional event, so that the variance is not zero when no event was observed.
  const between = (squares + 1 - devices * mean * mean) / Math.max(1, devices - 1);
  return { mean: mean / daysEach, variance: Math.max(0, between) / devices / daysEach ** 2 };
}

/** The Agresti-Coull interval, which adds two devices that failed and two that did not. */
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
