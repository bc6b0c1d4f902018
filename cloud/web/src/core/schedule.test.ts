import { expect, test } from '@jest/globals';
import { nextChange } from './schedule.ts';

const NIGHTS = { at: '22:30', days: [0, 1, 2, 3, 4, 5, 6], mode: 'night' as const };
const WEEKDAYS = { at: '08:15', days: [1, 2, 3, 4, 5], mode: 'away' as const };
/** Converts a UTC time on a Saturday to ms since the epoch. */
const saturday = (time: string) => Date.parse(`2026-11-21T${time}Z`);

test('the next change of mode is that of today if its time has not passed', () => {
  expect(nextChange([NIGHTS, WEEKDAYS], 'UTC', saturday('12:00'))).toEqual({ mode: 'night', at: '22:30' });
});

test('after the last change of today, the next change of mode is the first change of the following days', () => {
  expect(nextChange([NIGHTS, WEEKDAYS], 'UTC', saturday('23:00'))).toEqual({ mode: 'night', at: '22:30' });
});

test('a change of mode in the current minute counts as past, so its next time is a week away', () => {
  const onlySaturdays = { at: '12:00', days: [6], mode: 'home' as const };
  const sunday = { at: '11:00', days: [0], mode: 'away' as const };
  expect(nextChange([onlySaturdays, sunday], 'UTC', saturday('12:00'))).toEqual({ mode: 'away', at: '11:00' });
});

test('the schedule follows the home’s time zone, wherever the phone is', () => {
  // 22:00 UTC on Saturday is 07:00 on Sunday in Tokyo.
  const sundayEight = { at: '08:00', days: [0], mode: 'away' as const };
  const sundaySix = { at: '06:00', days: [0], mode: 'home' as const };
  expect(nextChange([sundayEight, sundaySix], 'Asia/Tokyo', saturday('22:00'))).toEqual({ mode: 'away', at: '08:00' });
});

test('without a schedule there is no next change', () => {
  expect(nextChange([], 'UTC', saturday('12:00'))).toBeNull();
});
