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

describe('what the heads should say, step by step', () => {
  it('hears a smoke alarm within its first beep, and through the pause between its groups', () => {
    const answers = answersOf(targetsOf([t3], [], STEPS, LABELS), 'smoke_alarm');
    expect([at(answers, 0.5), at(answers, 1.06), at(answers, 1.3), at(answers, 4)]).toEqual([NO, NOT_ASKED, YES, YES]);
  });

  it('asks nothing while the memory of an alarm fades, and expects silence after that', () => {
    const answers = answersOf(targetsOf([t3], [], STEPS, LABELS), 'smoke_alarm');
    expect([at(answers, 7.8), at(answers, 8.5), at(answers, 9.8)]).toEqual([YES, NOT_ASKED, NO]);
  });

  it('does not ask the smoke head about the first beeps of a CO alarm, which a fast smoke alarm shares', () => {
    const beeps = [2, 2.2, 2.4, 2.6].map((startS) => ({ startS, lengthS: 0.1 }));
    const targets = targetsOf([{ label: 'co_alarm', startS: 2, endS: 2.7, beeps }], [], STEPS, LABELS);
    expect(at(answersOf(targets, 'smoke_alarm'), 2.3)).toBe(NOT_ASKED);
    expect(at(answersOf(targets, 'smoke_alarm'), 5)).toBe(NO);
    expect(at(answersOf(targets, 'co_alarm'), 2.7)).toBe(YES);
  });

  it('takes a short chirp for no smoke alarm, and leaves a long one open', () => {
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

  it('asks nothing of the heads that a recording says nothing about', () => {
    const targets = targetsOf([], [{ heads: ['glass_break'], startS: 0, endS: 10 }], STEPS, LABELS);
    expect(new Set(answersOf(targets, 'glass_break'))).toEqual(new Set([NOT_ASKED]));
    expect(new Set(answersOf(targets, 'smoke_alarm'))).toEqual(new Set([NO]));
  });

  it('lets what was surely heard stand where a recording is in doubt', () => {
    const targets = targetsOf([t3], [{ heads: '*', startS: 0, endS: 10 }], STEPS, LABELS);
    expect(at(answersOf(targets, 'smoke_alarm'), 2.3)).toBe(YES);
  });
});
