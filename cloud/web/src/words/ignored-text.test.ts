import { expect, test } from '@jest/globals';
import { heardAgain } from './ignored-text.ts';

const byDevice = (week: number, lastAt: string | null = '2026-11-21T08:00:00Z') => ({ week, lastAt });

test.each([
  ['never', { active: true, ignored: 0, onDevice: null }, ['not heard again yet']],
  ['by the second check only', { active: true, ignored: 2, onDevice: null }, ['ignored 2 times']],
  [
    'by the device only',
    { active: true, ignored: 0, onDevice: byDevice(3) },
    ['the device itself ignored it 3 times in the last 7 days'],
  ],
  [
    'by the device only, more than 7 days ago',
    { active: true, ignored: 0, onDevice: byDevice(0) },
    ['the device itself ignores it'],
  ],
  [
    'by nobody, although the device knows it',
    { active: true, ignored: 0, onDevice: byDevice(0, null) },
    ['not heard again yet', 'the device itself ignores it'],
  ],
  [
    'by both',
    { active: true, ignored: 1, onDevice: byDevice(1) },
    ['ignored once', 'the device itself ignored it once in the last 7 days'],
  ],
])('an ignored sound that was ignored again %s', (_, sound, texts) => {
  expect(heardAgain(sound)).toEqual(texts);
});

test('a sound that cannot be compared any more is "no longer ignored", unless its device ignores it', () => {
  expect(heardAgain({ active: false, ignored: 2, onDevice: null })).toEqual([expect.stringMatching(/^no longer/)]);
  expect(heardAgain({ active: false, ignored: 2, onDevice: byDevice(1) })).toEqual([
    'ignored 2 times',
    expect.stringMatching(/^the device itself/),
  ]);
});
