import { expect, test } from '@jest/globals';
import { LabelDecision } from './release.ts';

const OLDER = { bias: -1, weights: {}, floor: 0.1, refractoryS: 8, holdS: 4, burst: 6, refillS: 60 };

test('the rules of a label need not say for how long the device listens on after its decision', () => {
  expect(LabelDecision.parse(OLDER)).toEqual(OLDER);
  expect(LabelDecision.parse({ ...OLDER, listenOnS: 1 }).listenOnS).toBe(1);
});

test('the device never listens on for longer than three seconds, because the alert comes so much later', () => {
  expect(LabelDecision.safeParse({ ...OLDER, listenOnS: 3 }).success).toBe(true);
  expect(LabelDecision.safeParse({ ...OLDER, listenOnS: 3.1 }).success).toBe(false);
});
