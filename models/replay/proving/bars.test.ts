import { describe, expect, test } from '@jest/globals';
import { barsOf, barsOfShifts } from './bars.ts';
import type { AlarmOutcome, Outcome } from './outcome.ts';

const alarm = (change: Partial<AlarmOutcome> = {}) =>
  ({ alert: {}, isInTime: true, isExplained: true, ...change }) as AlarmOutcome;
const sounds = (count: number, of: (n: number) => Partial<Outcome>): Outcome[] =>
  Array.from({ length: count }, (_, n) => ({ alarms: [alarm()], wrong: [], ...of(n) }) as unknown as Outcome);
const verdicts = (...args: Parameters<typeof barsOf>): boolean[] => barsOf(...args).map(({ passed }) => passed);
const missed = { alarms: [alarm({ alert: null, isInTime: false, isExplained: false })] };
const wrong = { wrong: [{}] as Outcome['wrong'] };

describe('the requirements on a release that plays the proving sounds', () => {
  test('a release passes when it misses one of 64 alarms, and fails when it misses two', () => {
    expect(
      verdicts(
        'alarms',
        sounds(64, (n) => (n < 1 ? missed : {})),
      ),
    ).toEqual([true, true, true]);
    expect(
      verdicts(
        'alarms',
        sounds(64, (n) => (n < 2 ? missed : {})),
      ),
    ).toEqual([false, true, true]);
  });

  test('a release fails when it reports a single alarm with another label', () => {
    expect(
      verdicts(
        'alarms',
        sounds(64, (n) => (n < 1 ? wrong : {})),
      ),
    ).toEqual([true, false, true]);
  });

  test('a release passes when one in twenty alerts is late, and fails when more are late', () => {
    const late = { alarms: [alarm({ isInTime: false })] };
    expect(
      verdicts(
        'alarms',
        sounds(60, (n) => (n < 3 ? late : {})),
      ),
    ).toEqual([true, true, true]);
    expect(
      verdicts(
        'alarms',
        sounds(60, (n) => (n < 4 ? late : {})),
      ),
    ).toEqual([true, true, false]);
  });

  test('a release passes when it confirms one of a hundred appliance sounds, and fails when it confirms two', () => {
    expect(
      verdicts(
        'appliances',
        sounds(106, (n) => (n < 1 ? wrong : {})),
      ),
    ).toEqual([true]);
    expect(
      verdicts(
        'appliances',
        sounds(106, (n) => (n < 2 ? wrong : {})),
      ),
    ).toEqual([false]);
  });

  test('a release passes when ten of 200 pairs lack an alert or its right explanation, and fails at eleven', () => {
    const unexplained = { alarms: [alarm(), alarm({ isExplained: false })] };
    expect(
      verdicts(
        'pairs',
        sounds(200, (n) => (n < 10 ? unexplained : {})),
      ),
    ).toEqual([true]);
    expect(
      verdicts(
        'pairs',
        sounds(200, (n) => (n < 11 ? unexplained : {})),
      ),
    ).toEqual([false]);
  });

  test('a release fails when the way of playing changes the decision on a single stream', () => {
    const way = { way: 'gate on', streams: 36, sameCandidates: 30, differences: [], latestS: 0 };
    expect(barsOfShifts([way])[0]?.passed).toBe(true);
    const differences = [{ name: 'a', usual: '', here: '' }];
    expect(barsOfShifts([{ ...way, differences }])[0]?.passed).toBe(false);
  });
});
