/** How far back "recently" looks: past the settling of a beeper, which a label may have crossed before another did. */
const RECENT_S = 7;

/** Evidence over time: per head, the mean of its scores over its own window. One loud frame is no alarm. */
export class Evidence {
  /** Now, by head. */
  readonly values: Float64Array;
  private readonly rings: Float64Array[];
  private readonly sums: Float64Array;
  /** Two buckets of maxima, filled in turn: the highest of the last seven to fourteen seconds for one comparison a step. */
  private readonly highest: [Float64Array, Float64Array];
  private readonly bucketSteps: number;
  private step = 0;

  constructor(windowsS: readonly number[], stepS: number) {
    this.values = new Float64Array(windowsS.length);
    this.sums = new Float64Array(windowsS.length);
    this.highest = [new Float64Array(windowsS.length), new Float64Array(windowsS.length)];
    this.bucketSteps = Math.round(RECENT_S / stepS);
    this.rings = windowsS.map((windowS) => new Float64Array(Math.max(1, Math.round(windowS / stepS))));
  }

  /** Takes the scores of one step, one a head, from `offset` on. */
  push(scores: Float32Array, offset: number): void {
    if (this.step % this.bucketSteps === 0) {
      this.highest.reverse();
      this.highest[0].fill(0);
    }
    const newest = this.highest[0];
    for (let head = 0; head < this.rings.length; head++) {
      const ring = this.rings[head] as Float64Array;
      const slot = this.step % ring.length;
      const score = scores[offset + head] as number;
      const sum = (this.sums[head] as number) - (ring[slot] as number) + score;
      ring[slot] = score;
      this.sums[head] = sum;
      // Clamped: subtracting what was added can leave a rounding error of 1e-16 beside 0 or 1.
      const value = Math.min(1, Math.max(0, sum / ring.length));
      this.values[head] = value;
      if (value > (newest[head] as number)) newest[head] = value;
    }
    this.step++;
  }

  /** A head that was column `from` of `other`, and whose window is the same, goes on as column `to`. */
  continueFrom(other: Evidence, from: number, to: number): void {
    this.step = other.step;
    this.rings[to] = other.rings[from] as Float64Array;
    for (const [mine, theirs] of [
      [this.sums, other.sums],
      [this.values, other.values],
      [this.highest[0], other.highest[0]],
      [this.highest[1], other.highest[1]],
    ] as const)
      mine[to] = theirs[from] as number;
  }

  /** The highest of the last seconds. */
  recentPeak(head: number): number {
    return Math.max(this.highest[0][head] as number, this.highest[1][head] as number);
  }
}
