import { describe, expect, test } from '@jest/globals';
import { EvenBeeps, type EvenRun } from './even-beeps.ts';

const BEEP = 1;
const PAUSE = 0;

/** The levels of the first band, frame by frame; the second band stays silent. */
function play(...levels: number[][]): EvenRun[] {
  const band = { bands: 2, now: new Float64Array(2), frames: 0 };
  const beeps = new EvenBeeps(band);
  for (const level of levels.flat()) {
    band.now[0] = level;
    band.frames++;
    beeps.advance();
  }
  return beeps.runs;
}

const first = (...levels: number[][]): EvenRun => play(...levels)[0] as EvenRun;
const frames = (count: number, level: number): number[] => Array.from({ length: count }, () => level);
/** A beep and the pause after it, which together last `step` frames. */
const beep = (step = 20, length = 5): number[] => [...frames(length, BEEP), ...frames(step - length, PAUSE)];

describe('a run of evenly spaced beeps', () => {
  test('reports the number of beeps, their step and length, the start of the first beep and the end of the last one', () => {
    const runs = play(frames(10, PAUSE), beep(), beep(), beep(), beep());
    expect(runs).toEqual([
      { beeps: 4, step: 20, length: 5, since: 10, end: 75 },
      { beeps: 0, step: 0, length: 0, since: 0, end: -1 },
    ]);
  });

  test('one beep alone has no step yet', () => {
    expect(first(frames(10, PAUSE), beep())).toMatchObject({ beeps: 0, end: 15 });
  });

  test('reports the means of step and length', () => {
    const run = first(frames(10, PAUSE), beep(20, 5), beep(21, 5), beep(22, 6), beep(20, 6));
    expect(run.beeps).toBe(4);
    expect(run.step).toBeCloseTo(21);
    // The run begins with the second beep: the length of the first beep is not known.
    expect(run.length).toBeCloseTo((5 + 5 + 6 + 6) / 4);
  });

  test.each([
    [17, false],
    [18, true],
    [22, true],
    [23, false],
  ])('after a step of 20 frames, a step of %i frames continues the run: %s', (step, isEven) => {
    expect(first(frames(10, PAUSE), beep(20), beep(step), beep())).toMatchObject(
      isEven ? { beeps: 3, since: 10 } : { beeps: 2, step, since: 30 },
    );
  });

  test.each([
    [2, false],
    [3, true],
    [7, true],
    [8, false],
  ])('after beeps of 5 frames, a beep of %i frames continues the run: %s', (length, isEven) => {
    expect(first(frames(10, PAUSE), beep(), beep(), beep(20, length))).toMatchObject(
      isEven ? { beeps: 3, since: 10 } : { beeps: 2, length, since: 30 },
    );
  });

  test('the beeps of a slow rhythm may differ by more frames than those of a fast one', () => {
    expect(first(frames(10, PAUSE), beep(100, 50), beep(108, 50), beep(100, 60)).beeps).toBe(3);
  });
});

describe('a beep of a run', () => {
  test('begins at a level of 0.8', () => {
    expect(first(frames(9, PAUSE), frames(5, 0.8), frames(5, PAUSE)).end).toBe(14);
    expect(first(frames(9, PAUSE), frames(5, 0.79), frames(5, PAUSE)).end).toBe(-1);
  });

  test('ends below a level of 0.6', () => {
    expect(first(frames(9, PAUSE), frames(5, BEEP), frames(5, 0.6), frames(5, PAUSE)).end).toBe(19);
    expect(first(frames(9, PAUSE), frames(5, BEEP), frames(5, 0.59), frames(5, PAUSE)).end).toBe(14);
  });

  test.each([
    [0.5, 2],
    [0.51, 0],
  ])('counts only after a pause that is quiet enough (level %d: %i beeps are counted)', (pause, beeps) => {
    expect(first(frames(9, PAUSE), frames(5, BEEP), frames(15, pause), beep()).beeps).toBe(beeps);
  });

  test('counts after a pause that was quiet for only a moment', () => {
    expect(first(frames(9, PAUSE), beep(), frames(3, 0.7), beep()).beeps).toBe(2);
  });

  test('that began before the stream is not counted, because its start is unknown', () => {
    expect(first(beep(), beep(), beep())).toMatchObject({ beeps: 2, since: 20 });
  });
});
