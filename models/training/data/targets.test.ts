import { describe, expect, it } from '@jest/globals';
import { NO, NOT_ASKED, STEP_S, targetsOf, YES } from './targets.ts';

const STEPS = 250;
const LABELS = ['smoke_alarm', 'co_alarm', 'low_battery_chirp', 'glass_break'];

const answersOf = (targets: Uint8Array, label: string): number[] =>
  Array.from({ length: STEPS }, (_, step) => targets[step * LABELS.length + LABELS.indexOf(label)] as number);
const at = (answers: number[], second: number): number => answers[Math.round(second / STEP_S)] as number;
const t3 = {
  label: 'smoke_alarm',
  startS: 1,
  endS: 9,
  beeps: [1, 2, 3, 5, 6, 7].map((startS) => ({ startS, lengthS: 0.5 })),
};

describe('the expected answers of the heads, step by step', () => {
  it('the smoke head must answer "yes" from the first beep on, also in the pause between two groups of beeps', () => {
    const answers = answersOf(targetsOf([t3], [], STEPS, LABELS), 'smoke_alarm');
    expect([at(answers, 0.5), at(answers, 1.06), at(answers, 1.3), at(answers, 4)]).toEqual([NO, NOT_ASKED, YES, YES]);
  });

  it('after the end of an alarm no answer is expected for a while, and then the answer "no"', () => {
    const answers = answersOf(targetsOf([t3], [], STEPS, LABELS), 'smoke_alarm');
    expect([at(answers, 7.8), at(answers, 8.5), at(answers, 9.8)]).toEqual([YES, NOT_ASKED, NO]);
  });

  it('no answer of the smoke head is expected during the first beeps of a CO alarm, because a fast smoke alarm begins with the same beeps', () => {
    const beeps = [2, 2.2, 2.4, 2.6].map((startS) => ({ startS, lengthS: 0.1 }));
    const targets = targetsOf([{ label: 'co_alarm', startS: 2, endS: 2.7, beeps }], [], STEPS, LABELS);
    expect(at(answersOf(targets, 'smoke_alarm'), 2.3)).toBe(NOT_ASKED);
    expect(at(answersOf(targets, 'smoke_alarm'), 5)).toBe(NO);
    expect(at(answersOf(targets, 'co_alarm'), 2.7)).toBe(YES);
  });

  it('the smoke head must answer "no" to a short chirp; for a long chirp no answer is expected', () => {
    const chirp = (lengthS: number): number[] =>
      answersOf(
        targetsOf(
          [{ label: 'low_battery_chirp', startS: 2, endS: 2 + lengthS, beeps: [{ startS: 2, lengthS }] }],
          [],
          STEPS,
          LABELS,
        ),
        'smoke_alarm',
      );
    expect(at(chirp(0.1), 2.4)).toBe(NO);
    expect(at(chirp(0.22), 2.4)).toBe(NOT_ASKED);
  });

  it('no answer is expected from a head when the recording does not say whether its sound occurs', () => {
    const targets = targetsOf([], [{ heads: ['glass_break'], startS: 0, endS: 10 }], STEPS, LABELS);
    expect(new Set(answersOf(targets, 'glass_break'))).toEqual(new Set([NOT_ASKED]));
    expect(new Set(answersOf(targets, 'smoke_alarm'))).toEqual(new Set([NO]));
  });

  it('a certain "yes" stays, even when another label of the recording makes the answer doubtful', () => {
    const targets = targetsOf([t3], [{ heads: '*', startS: 0, endS: 10 }], STEPS, LABELS);
    expect(at(answersOf(targets, 'smoke_alarm'), 2.3)).toBe(YES);
  });
});
