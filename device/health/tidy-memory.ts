import type { Clock } from '@earshot/shared/clock.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';

const EVERY_MS = 30_000;

/**
 * For each block Meyda returns a new array of 16.4 KB outside of V8's heap. The garbage collector counts only a few
 * bytes of each array and would run only after 20 MB of arrays, so this loop starts it. A run takes half a millisecond;
 * it needs --expose-gc, which lean-start.js sets.
 */
export async function tidyMemory(clock: Clock, signal: AbortSignal): Promise<void> {
  const collect = (globalThis as { gc?: (options: { type: 'minor' }) => void }).gc;
  while (collect && !signal.aborted) {
    collect({ type: 'minor' });
    await pause(clock, EVERY_MS, signal);
  }
}
