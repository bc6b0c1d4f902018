import { describe, expect, test } from '@jest/globals';
import { LONGEST_PAUSE_S } from '@earshot/shared/cadence/templates.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { type Activity, HISTORY_S, ScoreHistory } from './score-history.ts';

const STEP_S = 0.1;
/** The window of the short mean is one step long, so that the short mean equals the score of that step. */
const SHORT_S = STEP_S;

function historyOf(scores: readonly number[], heads = 1): ScoreHistory {
  const history = new ScoreHistory(heads, STEP_S, SHORT_S);
  for (const score of scores) history.push(new Float32Array(heads).fill(score), 0);
  return history;
}

const seconds = (length: number, score: number): number[] => Array(Math.round(length / STEP_S)).fill(score) as number[];

describe("a head's scores of the last 20 s", () => {
  test('are averaged over the requested seconds', () => {
    const history = historyOf([...seconds(3, 0), ...seconds(1, 1)]);
    expect(history.meanOver(0, 1)).toBeCloseTo(1, 6);
    expect(history.meanOver(0, 2)).toBeCloseTo(0.5, 6);
  });

  test('are averaged over the time since the start when it is shorter than the requested time', () => {
    expect(historyOf([0.5, 1]).meanOver(0, 10)).toBeCloseTo(0.75, 6);
  });

  test('no longer count after 20 s, and the mean stays exact after the ring buffer has wrapped around', () => {
    const history = historyOf([...seconds(30, 1), ...seconds(HISTORY_S + STEP_S, 0)]);
    expect(history.meanOver(0, HISTORY_S)).toBeCloseTo(0, 6);
    expect(history.peakOver(0, HISTORY_S)).toBe(0);
    expect(history.activity(0)).toEqual({ durationS: 0, activeS: 0, quietS: Infinity });
  });

  test('have a peak only within the requested seconds', () => {
    const history = historyOf([0.75, ...seconds(2, 0)]);
    expect(history.peakOver(0, 3)).toBe(0.75);
    expect(history.peakOver(0, 1)).toBe(0);
  });

  test('have a short mean over the seconds of the short window', () => {
    const history = new ScoreHistory(1, STEP_S, 0.2);
    for (const score of [0, 1, 0.5]) history.push(Float32Array.of(score), 0);
    expect(history.newestShort(0)).toBeCloseTo(0.75, 6);
  });

  test('are kept for each head, and read from the given offset', () => {
    const history = new ScoreHistory(2, STEP_S, SHORT_S);
    history.push(Float32Array.of(9, 9, 0.25, 1), 2);
    expect([history.newestShort(0), history.newestShort(1)]).toEqual([0.25, 1]);
  });
});

/** Computes the same as `ScoreHistory.activity` by looking at all scores of the last 20 s. */
function activityIn(scores: readonly number[]): Activity {
  const active = scores.flatMap((score, step) => (score >= 0.5 ? [step] : []));
  const last = active.at(-1);
  if (last === undefined) return { durationS: 0, activeS: 0, quietS: Infinity };
  const pauseEnd = active.findLastIndex((step, i) => i > 0 && (step - 1 - active[i - 1]!) * STEP_S > LONGEST_PAUSE_S);
  const together = active.slice(Math.max(0, pauseEnd));
  return {
    durationS: (last - together[0]! + 1) * STEP_S,
    activeS: together.length * STEP_S,
    quietS: (scores.length - 1 - last) * STEP_S,
  };
}

describe('the activity of a head', () => {
  test('continues through the pauses of an alarm', () => {
    const { durationS, activeS, quietS } = historyOf([
      ...seconds(2, 1),
      ...seconds(4, 0),
      ...seconds(1, 1),
      ...seconds(0.5, 0),
    ]).activity(0);
    expect([durationS, activeS, quietS].map((value) => Number(value.toFixed(6)))).toEqual([7, 3, 0.5]);
  });

  test('starts again after a pause longer than those of any alarm', () => {
    const { durationS } = historyOf([...seconds(2, 1), ...seconds(9, 0), ...seconds(1, 1)]).activity(0);
    expect(durationS).toBeCloseTo(1, 6);
  });

  test('counts a score of 0.5 as active, and no lower score', () => {
    expect(historyOf([0.5]).activity(0).activeS).toBeCloseTo(STEP_S, 6);
    expect(historyOf([0.4999]).activity(0).activeS).toBe(0);
  });

  test.each([0.003, 0.02, 0.5, 0.97])(
    'equals, at every step, the result of a full search of the last 20 s (share of active steps: %f)',
    (share) => {
      const random = seededRandom(5);
      const history = historyOf([]);
      const scores: number[] = [];
      for (let step = 0; step < 1_500; step++) {
        const score = random() < share ? 1 : 0;
        scores.push(score);
        history.push(Float32Array.of(score), 0);
        expect(history.activity(0)).toEqual(activityIn(scores.slice(-Math.round(HISTORY_S / STEP_S) - 1)));
      }
    },
  );
});

test('frames that the network skipped count as silence in the activity of a head', () => {
  const history = historyOf(seconds(2, 1));
  history.sleep(20);
  expect(history.meanOver(0, 4)).toBeCloseTo(0.5, 6);
  expect(history.activity(0).quietS).toBeCloseTo(2, 6);
});

test('the score history is empty after the network has skipped frames for a long time', () => {
  const history = historyOf(seconds(20, 1));
  history.sleep(1_000_000);
  expect(history.meanOver(0, HISTORY_S)).toBeCloseTo(0, 6);
});

test('a head of the next release continues the score history of the same head in the old release', () => {
  const old = new ScoreHistory(2, STEP_S, SHORT_S);
  for (let step = 0; step < 30; step++) old.push(Float32Array.of(0, 1), 0);
  const next = new ScoreHistory(1, STEP_S, SHORT_S);
  next.continueFrom(old, 1, 0);
  next.push(Float32Array.of(0), 0);
  expect(next.meanOver(0, 0.2)).toBeCloseTo(0.5, 6);
  expect(next.activity(0).durationS).toBeCloseTo(3, 6);
});
