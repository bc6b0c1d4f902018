import type { Clock } from '@earshot/shared/clock.ts';

/** The longest that a timer of Node can wait. */
const LONGEST_TIMER_MS = 2_000_000_000;

interface Sleeper {
  dueMs: number;
  timer: NodeJS.Timeout;
  wake: () => void;
}

/**
 * A clock that runs in real time, so that real sockets and disks work, and can leap over minutes in which nothing
 * happens.
 */
export class LeapClock implements Clock {
  private leaptMs = 0;
  private readonly sleepers = new Set<Sleeper>();

  nowMs(): number {
    return Date.now() + this.leaptMs;
  }

  monotonicMs(): number {
    return performance.now() + this.leaptMs;
  }

  /** Advances the time at once. Sleepers whose time has come wake immediately. */
  leap(ms: number): void {
    this.leaptMs += ms;
    for (const sleeper of [...this.sleepers]) this.arm(sleeper);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const aborted = () => {
        this.sleepers.delete(sleeper);
        clearTimeout(sleeper.timer);
        reject(signal?.reason as Error);
      };
      const wake = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const sleeper = { dueMs: this.monotonicMs() + ms, timer: setTimeout(() => undefined, 0), wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', aborted, { once: true });
      this.arm(sleeper);
    });
  }

  private arm(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    const leftMs = Math.max(0, sleeper.dueMs - this.monotonicMs());
    const ends = leftMs <= LONGEST_TIMER_MS;
    sleeper.timer = setTimeout(ends ? sleeper.wake : () => this.arm(sleeper), Math.min(leftMs, LONGEST_TIMER_MS));
  }
}
