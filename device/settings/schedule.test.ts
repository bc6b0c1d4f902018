import { describe, expect, test } from '@jest/globals';
import type { Mode } from '@earshot/shared/labels.ts';
import { isTimeZone, lastScheduledMode } from './schedule.ts';

const WEEK = [0, 1, 2, 3, 4, 5, 6];
const entry = (at: string, mode: Mode, days = WEEK) => ({ at, mode, days });
const home = (timeZone: string, ...schedule: ReturnType<typeof entry>[]) => ({ timeZone, schedule });
const at = (iso: string) => Date.parse(iso);

describe('lastScheduledMode', () => {
  const berlin = home('Europe/Berlin', entry('08:00', 'away'), entry('18:00', 'home'), entry('22:30', 'night'));

  test("uses the home's local time, in summer and in winter", () => {
    expect(lastScheduledMode(berlin, at('2026-01-10T06:59:00Z'), at('2026-01-10T07:00:30Z'))).toBe('away');
    expect(lastScheduledMode(berlin, at('2026-07-10T05:59:00Z'), at('2026-07-10T06:00:30Z'))).toBe('away');
  });

  test('an entry is due once, and not again a minute later', () => {
    expect(lastScheduledMode(berlin, at('2026-01-10T07:00:30Z'), at('2026-01-10T07:01:30Z'))).toBeNull();
  });

  test('after a night without power the last entry that was missed counts', () => {
    expect(lastScheduledMode(berlin, at('2026-01-10T12:00:00Z'), at('2026-01-11T05:00:00Z'))).toBe('night');
  });

  test("uses the weekdays of the home's time zone", () => {
    const weekend = home('Pacific/Auckland', entry('09:00', 'away', [6]));
    expect(lastScheduledMode(weekend, at('2026-01-09T19:00:00Z'), at('2026-01-09T21:00:00Z'))).toBe('away');
    expect(lastScheduledMode(weekend, at('2026-01-10T19:00:00Z'), at('2026-01-10T21:00:00Z'))).toBeNull();
  });

  test('an entry in the hour that daylight saving skips is not lost', () => {
    const skipped = home('Europe/Berlin', entry('02:30', 'night'));
    expect(lastScheduledMode(skipped, at('2026-03-29T00:58:00Z'), at('2026-03-29T01:00:30Z'))).toBe('night');
  });

  test('no entry is due without a schedule', () => {
    expect(lastScheduledMode(home('UTC'), 0, at('2026-01-10T07:00:30Z'))).toBeNull();
  });

  test('recognises valid and misspelt time zones', () => {
    expect([isTimeZone('Europe/Berlin'), isTimeZone('Europe/Berln')]).toEqual([true, false]);
  });
});
