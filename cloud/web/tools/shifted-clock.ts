import { type Clock, systemClock } from '@earshot/shared/clock.ts';

/** The real clock, set to another day: a home gets its history by using the API on past days. */
export class ShiftedClock implements Clock {
  private offsetMs = 0;

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** Shifted as well: the days in between pass, and are no step of the wall clock. */
  monotonicMs(): number {
    return systemClock.monotonicMs() + this.offsetMs;
  }

  /** `agoMs` before the real now; 0 is today. */
  setBack(agoMs: number): void {
    this.offsetMs = -agoMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}
