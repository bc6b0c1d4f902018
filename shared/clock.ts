import { setTimeout } from 'node:timers/promises';

/** The port through which all code reads the time, so that a test of a 30-minute alarm takes milliseconds. */
export interface Clock {
  /** The wall clock in ms since the epoch. It labels events but never orders them. */
  nowMs(): number;
  /**
   * Milliseconds since an arbitrary moment. Unlike the wall clock, which NTP or a person may set, this time never
   * jumps. All waits and time limits are measured with it.
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

/** The time as text, in the format of the API's contracts. */
export const iso = (ms: number): string => new Date(ms).toISOString();
