import { setTimeout as sleep } from 'node:timers/promises';

/** Reads a value repeatedly until it is as wanted, and returns it. Fails with the last value after `withinMs`. */
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
      throw new Error(`the value was not as wanted within ${withinMs} ms; the last value was ${JSON.stringify(value)}`);
    await sleep(50);
  }
}
