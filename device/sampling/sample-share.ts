const DAY_MS = 86_400_000;
/** For each label and device. */
const SAMPLES_A_DAY = 2;
/** A quiet room sends a quarter; a noisy one never so little that a sample stands for more than fifty others. */
const MOST = 0.25;
const LEAST = 0.02;

/**
 * The share of a label's near misses that is sent: it follows their number in the last day, and depends on nothing else. Whatever it is at a
 * moment is that moment's propensity, so a share that changes does no harm to an estimate.
 */
export class SampleShare {
  private readonly times = new Map<string, number[]>();

  /** Counts a near miss; answers the probability with which it is to be sent. */
  next(label: string, nowMs: number): number {
    const recent = (this.times.get(label) ?? []).filter((atMs) => atMs > nowMs - DAY_MS);
    this.times.set(label, [...recent, nowMs]);
    return Math.min(MOST, Math.max(LEAST, SAMPLES_A_DAY / (recent.length + 1)));
  }
}
