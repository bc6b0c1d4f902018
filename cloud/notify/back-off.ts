/** 1 s first: most failures are a hiccup. A minute at most: an alarm must not wait longer once the service is back. */
const FIRST_MS = 1_000;
const LAST_MS = 60_000;

/** Doubles with every failure; up to a quarter more, at random, so that ten thousand homes do not come back in the same second. */
function backOffMs(failures: number, random = Math.random()): number {
  return Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (1 + random / 4);
}

/** How long a channel that failed is left alone. What the other end asks for is heeded up to a minute: it may ask for a month. */
export const restMs = (failures: number, askedMs: number | null): number =>
  askedMs === null ? backOffMs(failures) : Math.min(LAST_MS, askedMs);
