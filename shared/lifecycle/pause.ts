import type { Clock } from '../clock.ts';

/** Resolves after `ms`, or as soon as the signal aborts. Loops use it, because they check the signal anyway. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A signal that never aborts, for callers that have no signal. */
export const NEVER_ABORTED = new AbortController().signal;

/** Whether this error only reports that the signal aborted. */
export const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && (error === signal.reason || (error as Error | null)?.name === 'AbortError');

/**
 * Rejects with the signal's reason when the signal aborts. Use it in `Promise.race` with work that cannot be aborted.
 */
export async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  await untilAborted(signal);
  throw signal.reason as Error;
}

/** Resolves when the signal aborts; immediately when it has already aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
