/** 1 s first, because most failures are short. A minute at most: an alarm must not wait longer once the service is back. */
const FIRST_MS = 1_000;
const LAST_MS = 60_000;

/** Doubles with every failure, plus up to a quarter at random, so that ten thousand homes do not retry in the same second. */
function backOffMs(failures: number, random = Math.random()): number {
  return Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (1 + random / 4);
}

/**
 * How long a channel is not tried after a failure. A Retry-After is obeyed up to a minute, because a server may ask for a month. Whole
 * milliseconds: the result is stored in a bigint column, and PostgreSQL refuses a fraction there (SQLite does not).
 */
export const restMs = (failures: number, askedMs: number | null): number =>
  Math.ceil(askedMs === null ? backOffMs(failures) : Math.min(LAST_MS, askedMs));
