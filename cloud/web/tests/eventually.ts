import { setTimeout as sleep } from 'node:timers/promises';

/** Reads again until the value is as expected; then returns it, or fails with the last value. */
export async function eventually<T>(
  read: () => Promise<T>,
  wanted: (value: T) => boolean,
  withinMs = 5_000,
): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > endMs)
      throw new Error(`not as expected within ${withinMs} ms; the last value was ${JSON.stringify(value)}`);
    await sleep(50);
  }
}
