import { setTimeout } from 'node:timers/promises';

/** Time comes in through this port, so that a 30-minute story runs in a millisecond test. */
export interface Clock {
  /** Wall clock, ms since the epoch. Labels events; never orders them. */
  nowMs(): number;
  /** Milliseconds since some moment, never stepped: the wall clock jumps when NTP or a person sets it. Measures every wait and limit. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects as soon as the signal aborts. Loops use `pause` (lifecycle/pause.ts), which does not reject. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : undefined),
};
