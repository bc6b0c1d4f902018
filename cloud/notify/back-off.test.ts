import { expect, test } from '@jest/globals';
import { restMs } from './back-off.ts';

test.each(Array.from({ length: 12 }, (_, n) => n + 1))(
  'after %i failures the wait before the next attempt is a whole number of milliseconds',
  (failures) => {
    const ms = restMs(failures, null);
    expect(Number.isInteger(ms)).toBe(true);
    expect(ms).toBeGreaterThanOrEqual(1_000);
    expect(ms).toBeLessThanOrEqual(75_000);
  },
);

test('a fraction of a millisecond in Retry-After is rounded up', () => {
  expect(restMs(1, 1_500.25)).toBe(1_501);
});

test('a Retry-After of more than a minute is shortened to a minute', () => {
  expect(restMs(1, 2_592_000_000)).toBe(60_000);
});
