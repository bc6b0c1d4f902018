import { describe, expect, test } from '@jest/globals';
import { nextModeChange, quietUntil } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

describe("the schedule of a home's mode", () => {
  const settings = {
    timeZone: 'Europe/Berlin',
    schedule: [
      { at: '22:30', days: EVERY_DAY, mode: 'night' as const },
      { at: '07:00', days: [1, 2, 3, 4, 5], mode: 'home' as const },
    ],
  };

  test('the schedule applies in the local time of the home', () => {
    expect(nextModeChange(settings, at('2026-01-05T12:00Z'))).toEqual({ atMs: at('2026-01-05T21:30Z'), mode: 'night' });
    expect(nextModeChange(settings, at('2026-07-06T12:00Z'))).toEqual({ atMs: at('2026-07-06T20:30Z'), mode: 'night' });
  });

  test('an entry is skipped on the weekdays for which it is not set', () => {
    // It is Friday night. The next entry for a morning is on Monday, so the next change is the entry for Saturday night.
    expect(nextModeChange(settings, at('2026-01-09T22:00Z'))?.atMs).toBe(at('2026-01-10T21:30Z'));
  });

  test('an entry for one weekday repeats after a week', () => {
    const weekly = { ...settings, schedule: [{ at: '08:00', days: [1], mode: 'away' as const }] };
    expect(nextModeChange(weekly, at('2026-01-05T07:00Z'))?.atMs).toBe(at('2026-01-12T07:00Z'));
  });

  test('an entry keeps its local time across the change to summer time', () => {
    expect(nextModeChange(settings, at('2026-03-28T22:00Z'))?.atMs).toBe(at('2026-03-29T20:30Z'));
  });

  test('a schedule without entries never changes the mode', () => {
    expect(nextModeChange({ ...settings, schedule: [] }, 0)).toBeNull();
  });
});

describe('quiet hours', () => {
  const settings = { timeZone: 'Europe/Berlin', quietHours: { from: '22:00', to: '07:00' } };

  test.each([
    ['in the evening', '2026-01-05T21:30Z', '2026-01-06T06:00Z'],
    ['after midnight', '2026-01-06T01:00Z', '2026-01-06T06:00Z'],
  ])('quiet hours in progress %s last until the morning', (_, now, end) => {
    expect(quietUntil(settings, at(now))).toBe(at(end));
  });

  test('quiet hours do not apply during the day, and never when the settings have none', () => {
    expect(quietUntil(settings, at('2026-01-05T12:00Z'))).toBeNull();
    expect(quietUntil({ ...settings, quietHours: null }, at('2026-01-05T23:00Z'))).toBeNull();
  });
});
