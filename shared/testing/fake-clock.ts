import type { Clock } from '../clock.ts';

interface Sleeper {
  dueMs: number;
  wake(): void;
}

/** A clock that moves only when a test advances it: `await clock.advance(30 * 60_000)` runs half an hour at once. */
export class FakeClock implements Clock {
  private now: number;
  /** How far `step` has moved the wall clock away from the time that has passed. */
  private steppedMs = 0;
  private sleepers: Sleeper[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.now = startMs;
  }

  nowMs(): number {
    return this.now + this.steppedMs;
  }

  monotonicMs(): number {
    return this.now;
  }

  /** Moves only the wall clock, as a person would. No time passes, so no sleeper wakes. */
  step(ms: number): void {
    this.steppedMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper: Sleeper = { dueMs: this.now + ms, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener(
        'abort',
        () => {
          this.sleepers = this.sleepers.filter((other) => other !== sleeper);
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
  }

  /**
   * Moves time forward. Wakes each sleeper at its due time, and lets the work that it started settle before it wakes
   * the next.
   */
  async advance(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    for (;;) {
      await settle();
      const next = this.sleepers.filter((s) => s.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.now = Math.max(this.now, next.dueMs);
      this.sleepers = this.sleepers.filter((s) => s !== next);
      next.wake();
    }
    this.now = untilMs;
    await settle();
  }
}

/** Runs the promises, I/O callbacks and immediates that are ready. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
