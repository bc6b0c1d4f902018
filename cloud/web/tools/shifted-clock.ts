import { type Clock, systemClock } from '@earshot/shared/clock.ts';

/**
 * The real clock, moved to another day. A home gets a history when the API is called while this clock shows past days.
 */
export class ShiftedClock implements Clock {
  private offsetMs = 0;

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** The monotonic clock is shifted as well, so that the skipped days do not look like a step of the wall clock. */
  monotonicMs(): number {
    return systemClock.monotonicMs() + this.offsetMs;
  }

  /** Sets the clock to `agoMs` before the real time; 0 is now. */
  setBack(agoMs: number): void {
    this.offsetMs = -agoMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}
