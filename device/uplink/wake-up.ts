import type { Clock } from '@earshot/shared/clock.ts';

/** A sleep that something new to do cuts short. */
export class WakeUp {
  private readonly clock: Clock;
  private woken = false;
  private interrupt: (() => void) | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  wake(): void {
    this.woken = true;
    this.interrupt?.();
  }

  /** Resolves after `ms`, or at once when woken since the last wait; rejects when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const cut = new AbortController();
    this.interrupt = () => cut.abort();
    try {
      if (!this.woken) await this.clock.sleep(ms, AbortSignal.any([signal, cut.signal]));
    } catch (thrown) {
      if (signal.aborted || !cut.signal.aborted) throw thrown;
    } finally {
      this.interrupt = null;
      this.woken = false;
    }
    signal.throwIfAborted();
  }
}
