import type { Clock } from '@earshot/shared/clock.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';

const EVERY_MS = 30_000;

/**
 * Meyda answers each block with a new array of 16.4 KB outside of the heap, of which the collector sees a few bytes: by itself it would come
 * after 20 MB of them. Takes half a millisecond; only where the process was started with --expose-gc, as lean-start.js does.
 */
export async function tidyMemory(clock: Clock, signal: AbortSignal): Promise<void> {
  const collect = (globalThis as { gc?: (options: { type: 'minor' }) => void }).gc;
  while (collect && !signal.aborted) {
    collect({ type: 'minor' });
    await pause(clock, EVERY_MS, signal);
  }
}
