import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that happens elsewhere (a process, a socket), and says what it waited for when it does not. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 15_000,
  everyMs = 20,
): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await sleep(everyMs);
  }
}
