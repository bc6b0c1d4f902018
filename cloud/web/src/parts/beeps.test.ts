import { expect, test } from '@jest/globals';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import { beepsOf, WINDOW_S } from './beeps.ts';

const cadence = (given: Partial<Cadence>): Cadence => ({
  pattern: 't3',
  toneHz: 3100,
  onS: 0.5,
  offS: 0.5,
  periodS: 4,
  beeps: 9,
  groups: 3,
  fit: 0.9,
  ...given,
});

test('a T3 alarm is drawn as three groups of three beeps in twelve seconds', () => {
  expect(beepsOf(cadence({})).map(({ atS }) => atS)).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
});

test('a T4 alarm is drawn as complete groups of four short beeps', () => {
  const beeps = beepsOf(cadence({ pattern: 't4', onS: 0.1, offS: 0.1, periodS: 5.8 }));
  expect(beeps).toHaveLength(8);
  expect(beeps.every(({ lengthS }) => lengthS <= 0.1)).toBe(true);
});

test('a group that did not repeat is not drawn, and one of which a part repeated is drawn once', () => {
  const single = { groups: 1, periodS: null };
  expect(beepsOf(cadence({ ...single, beeps: 3 }))).toEqual([]);
  expect(beepsOf(cadence({ ...single, beeps: 4 })).map(({ atS }) => atS)).toEqual([0, 1, 2]);
});

test('the period of a pattern is computed from its beeps and pauses if it was not measured yet', () => {
  expect(beepsOf(cadence({ pattern: 'steady', periodS: null }))).toHaveLength(WINDOW_S);
});

test('a continuous tone fills the drawn strip, and a sound without a pattern leaves the strip empty', () => {
  expect(beepsOf(cadence({ pattern: 'continuous' }))).toEqual([{ atS: 0, lengthS: WINDOW_S }]);
  expect(beepsOf(cadence({ pattern: 'none' }))).toEqual([]);
});

test('drawing a pattern with measured durations of zero does not loop for ever', () => {
  expect(beepsOf(cadence({ pattern: 'fast', onS: 0.0001, offS: 0, periodS: 0 })).length).toBeLessThanOrEqual(
    WINDOW_S * 10 + 1,
  );
});
