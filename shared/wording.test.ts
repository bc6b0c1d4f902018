import { expect, test } from '@jest/globals';
import { clockTime, counted } from './wording.ts';

test('a count of one is written in the singular, none and several in the plural', () => {
  expect([0, 1, 2].map((count) => counted(count, 'file'))).toEqual(['0 files', '1 file', '2 files']);
});

test('a time is written with hours, minutes and seconds; minutes and seconds have two digits', () => {
  expect([0, 59.9, 3_725, 90_000].map(clockTime)).toEqual(['0:00:00', '0:00:59', '1:02:05', '25:00:00']);
});
