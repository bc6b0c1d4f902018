import { setTimeout } from 'node:timers/promises';

/** All code reads the time through this port, so that a test of a 30-minute alarm takes milliseconds. */
export interface Clock {
  /** Wall clock, ms since the epoch. Labels events; never orders them. */
  nowMs(): number;
  /**
   * Milliseconds since an arbitrary moment. Unlike the wall clock, which NTP or a person may set, it never jumps. All
   * waits and time limits are measured with it.
   */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects as soon as the signal aborts. Loops use `pause` (lifecycle/pause.ts), which does not reject. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : undefined),
};

/** The time as a text, as in the API's contracts. */
export const iso = (ms: number): string => new Date(ms).toISOString();
