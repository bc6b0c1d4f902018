const DAY_MS = 86_400_000;
/** The wanted number of samples per day, for each label and device. */
const SAMPLES_A_DAY = 2;
/**
 * Limits of the share: at most a quarter of the near misses, and at least one in fifty, so that no sample represents
 * more than fifty near misses.
 */
const MOST = 0.25;
const LEAST = 0.02;

/**
 * The share of a label's near misses that is sent. It depends only on the number of near misses in the last day. Each
 * sample stores the share at its moment as its propensity, so estimates stay unbiased when the share changes.
 */
export class SampleShare {
  private readonly times = new Map<string, number[]>();

  /** Counts a near miss and returns the probability with which it is sent. */
  next(label: string, nowMs: number): number {
    const recent = (this.times.get(label) ?? []).filter((atMs) => atMs > nowMs - DAY_MS);
    this.times.set(label, [...recent, nowMs]);
    return Math.min(MOST, Math.max(LEAST, SAMPLES_A_DAY / (recent.length + 1)));
  }
}
