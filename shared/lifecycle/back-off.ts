/**
 * Waits 1, 2, 4 … 60 s. Each wait is random, between half of this time and all of it, so that many devices do not retry
 * at the same moment.
 */
export class BackOff {
  private readonly firstMs: number;
  private readonly lastMs: number;
  private readonly random: () => number;
  private failures = 0;

  constructor(firstMs = 1_000, lastMs = 60_000, random: () => number = Math.random) {
    this.firstMs = firstMs;
    this.lastMs = lastMs;
    this.random = random;
  }

  succeeded(): void {
    this.failures = 0;
  }

  /** How long to wait after one more failure, in milliseconds. */
  nextMs(): number {
    const ceilingMs = Math.min(this.lastMs, this.firstMs * 2 ** Math.min(this.failures++, 20));
    return ceilingMs / 2 + (ceilingMs / 2) * this.random();
  }
}
