import { describe, expect, test } from '@jest/globals';
import { NO_PAIR } from '@earshot/shared/cadence/group-chains.ts';
import { NO_RHYTHM, PATTERNS, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
import { Evidence, evidenceNames, type Moment, reasonOf } from './evidence.ts';
import { ScoreHistory } from './score-history.ts';

const DECISION = { windows: { shortS: 0.1, recentS: 1, longS: 10, peakS: 5 }, oddsLimit: 3 };
const noRhythms = (): Rhythms => Object.fromEntries(PATTERNS.map((pattern) => [pattern, NO_RHYTHM])) as Rhythms;
const MOMENT: Moment = { rhythms: noRhythms(), pitchStability: 0.5, aboveRoomDb: 25, isCutOff: false };

/** The evidence, by name, of a head with these scores (one per 0.1 s). */
function measure(moment: Partial<Moment>, scores: readonly number[] = [0]): Record<string, number> {
  const history = new ScoreHistory(1, 0.1, DECISION.windows.shortS);
  for (const score of scores) history.push(Float32Array.of(score), 0);
  const values = new Evidence(1, DECISION).measure({ ...MOMENT, ...moment }, history);
  return Object.fromEntries(evidenceNames(['smoke_alarm']).map((name, at) => [name, values[at] as number]));
}

describe('evidence that measures the rhythm', () => {
  const t3 = (proof: number, groups: number): Partial<Moment> => ({
    rhythms: { ...noRhythms(), t3: { ...NO_RHYTHM, proof, groups, pairs: { ...NO_PAIR, alone: 0.9 } } },
  });

  test('"differ", "faint" and "filled" describe the groups of T4, and are 0 for T3 and without a repetition', () => {
    const pairs = { alone: 0.6, differ: 0.7, faint: 0.8, filled: 0.9 };
    const rhythm = { ...NO_RHYTHM, proof: 0.5, groups: 2, pairs };
    const measured = measure({ rhythms: { ...noRhythms(), t4: rhythm } });
    for (const [name, value] of Object.entries(pairs)) expect(measured[`${name}_t4`]).toBeCloseTo(value, 9);
    const none = { differ_t4: 0, faint_t4: 0, filled_t4: 0 };
    expect(measure({ rhythms: { ...noRhythms(), t3: rhythm } })).toMatchObject(none);
    expect(measure({})).toMatchObject(none);
  });

  test('"rhythm" says how well the pattern is proven, and "alone" how silent its pauses are', () => {
    expect(measure(t3(0.8, 2))).toMatchObject({ rhythm_t3: 0.8, rhythm_t4: 0, alone_t3: 0.9, alone_t4: 0 });
  });

  test.each([
    [1, 0],
    [2, 0.8],
    [3, 1.6],
    [7, 1.6],
  ])('"groups" counts the repetitions in %i consecutive groups, at most two', (groups, expected) => {
    expect(measure(t3(0.8, groups)).groups_t3).toBeCloseTo(expected, 9);
  });
});

describe('evidence that measures the scores of a head', () => {
  test('a score is log-odds in decades, limited for probabilities that are rounded to 0 or 1', () => {
    expect(measure({}, [10 / 11]).score_smoke_alarm).toBeCloseTo(1, 5);
    expect(measure({}, [1]).score_smoke_alarm).toBe(3);
    expect(measure({}, [0]).score_smoke_alarm).toBe(-3);
  });

  test('"sure" and "lasting" are never negative; "peak" and "long" can be negative', () => {
    const { sure_smoke_alarm, lasting_smoke_alarm, peak_smoke_alarm, long_smoke_alarm } = measure({}, [0]);
    expect([sure_smoke_alarm, lasting_smoke_alarm, peak_smoke_alarm, long_smoke_alarm]).toEqual([0, 0, -3, -3]);
  });

  test('a head that was never active has a "duration" of 0 and the highest "quiet"', () => {
    expect(measure({}, [0.1])).toMatchObject({
      duration_smoke_alarm: 0,
      sounding_smoke_alarm: 0,
      quiet_smoke_alarm: 1,
    });
  });

  test('"duration" is a share of the 20 s; "sounding" is the share of this duration in which the head was active', () => {
    const found = measure({}, [
      ...Array<number>(10).fill(1),
      ...Array<number>(10).fill(0),
      ...Array<number>(20).fill(1),
    ]);
    expect(found.duration_smoke_alarm).toBeCloseTo(4 / 20, 6);
    expect(found.sounding_smoke_alarm).toBeCloseTo(3 / 4, 6);
    expect(found.quiet_smoke_alarm).toBe(0);
  });
});

test('"level" is in bels above the quietest level of the room, and "cut_off" is 1 at the end of the source', () => {
  expect(measure({ isCutOff: true })).toMatchObject({ level: 2.5, cut_off: 1, pitch_stability: 0.5 });
});

test('an alert shows all scores of a head as one reason, and all counts of groups as another', () => {
  const names = ['score_smoke_alarm', 'peak_smoke_alarm', 'lasting_smoke_alarm', 'groups_t3', 'alone_t4'];
  expect(names.map(reasonOf)).toEqual([...Array<string>(3).fill('score_smoke_alarm'), 'groups', 'groups']);
  expect(['duration_smoke_alarm', 'rhythm_t3', 'level'].map(reasonOf)).toEqual(['duration', 'rhythm_t3', 'level']);
});
