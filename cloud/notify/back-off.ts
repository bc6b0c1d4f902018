/**
 * The first wait before a retry is 1 s, because most failures are short. The longest is a minute, so that an alarm is sent soon after the
 * service works again.
 */
const FIRST_MS = 1_000;
const LAST_MS = 60_000;

/**
 * The wait doubles with every failure. Up to a quarter is added at random, so that ten thousand homes do not retry in
 * the same second.
 */
function backOffMs(failures: number, random = Math.random()): number {
  return Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (1 + random / 4);
}

/**
 * How long to wait after a failure before the channel is tried again. A Retry-After header is obeyed only up to a minute, because a server
 * may ask for a month. The result is in whole milliseconds, because PostgreSQL refuses a fraction in the bigint column that stores it
 * (SQLite does not).
 */
export const restMs = (failures: number, askedMs: number | null): number =>
  Math.ceil(askedMs === null ? backOffMs(failures) : Math.min(LAST_MS, askedMs));
