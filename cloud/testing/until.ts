import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition in another process or socket is true. If it is not true in time, throws an error that names the condition.
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 15_000,
  everyMs = 20,
): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(everyMs);
  }
}
