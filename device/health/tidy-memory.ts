import type { Clock } from '@earshot/shared/clock.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';

/** The start is over by then: code was compiled, releases were read and checked. */
const STARTED_MS = 10_000;
const EVERY_MS = 30_000;

type Collect = (options: { type: 'minor' | 'major'; flavor?: 'last-resort' }) => void;

/**
 * Starts the garbage collector when it would not start by itself; needs --expose-gc, which lean-start.js sets. Once after the start a
 * thorough run gives back what only the start needed. Then every 30 s a short one, which takes half a millisecond: for each block Meyda
 * returns a new array of 16.4 KB outside of V8's heap, of which the collector sees only a few bytes, so that it would run after 20 MB.
 */
export async function tidyMemory(clock: Clock, signal: AbortSignal): Promise<void> {
  const { gc: collect } = globalThis as { gc?: Collect };
  if (!collect) return;
  collect({ type: 'minor' });
  await pause(clock, STARTED_MS, signal);
  if (!signal.aborted) collect({ type: 'major', flavor: 'last-resort' });
  while (!signal.aborted) {
    collect({ type: 'minor' });
    await pause(clock, EVERY_MS, signal);
  }
}
