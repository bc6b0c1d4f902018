import type { Clock } from '../clock.ts';
import { pause } from './pause.ts';

/** A pause that ends early when there is new work. One loop waits; any caller may wake it. */
export class WakeUp {
  private readonly clock: Clock;
  private isWoken = false;
  private interrupt: (() => void) | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  wake(): void {
    this.isWoken = true;
    this.interrupt?.();
  }

  /** Forgets earlier wakes. Call it just before looking for work. */
  reset(): void {
    this.isWoken = false;
  }

  /**
   * Waits `ms`, or until the signal aborts or `wake` is called. Returns immediately when `wake` was called since the
   * last wait. Resolves to true when `wake` ended the wait.
   */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    const cut = new AbortController();
    const interrupt = () => cut.abort();
    this.interrupt = interrupt;
    // Remove the listener afterwards: AbortSignal.any would leave one listener for each wait on the process's signal.
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      if (!this.isWoken && !signal.aborted) await pause(this.clock, ms, cut.signal);
      return this.isWoken;
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.interrupt = null;
      this.isWoken = false;
    }
  }
}
