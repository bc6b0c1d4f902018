import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { LabelDecider } from './decision.ts';
import { evidenceNames } from './evidence.ts';

const NAMES = ['rhythm_t3', 'groups_t3', 'score_smoke_alarm', 'peak_smoke_alarm', 'quiet_smoke_alarm'];
const RULES: LabelDecision = {
  bias: -1,
  weights: { rhythm_t3: 2, groups_t3: 1, peak_smoke_alarm: 0.5, score_smoke_alarm: 0.5, quiet_smoke_alarm: -3 },
  floor: 0.2,
  refractoryS: 10,
  holdS: 15,
  burst: 6,
  refillS: 60,
};
const decider = new LabelDecider(RULES, NAMES);
const evidence = Float64Array.of(0.5, 1, 1, 2, 0.5);

test('the probability is the logistic function of the bias plus the weighted evidence', () => {
  expect(decider.probability(evidence)).toBeCloseTo(1 / (1 + Math.exp(-(-1 + 1 + 1 + 0.5 + 1 - 1.5))), 12);
});

test('the reasons are the evidence that supports the label, largest share first; all scores of a head count as one reason', () => {
  expect(decider.reasons(evidence)).toEqual([
    { evidence: 'score_smoke_alarm', value: 2, share: 1.5 / 3.5 },
    { evidence: 'rhythm_t3', value: 0.5, share: 1 / 3.5 },
    { evidence: 'groups', value: 1, share: 1 / 3.5 },
  ]);
});

test('returns the value of each piece of evidence that has a weight, by name', () => {
  expect(decider.measured(evidence)).toEqual(Object.fromEntries(NAMES.map((name, i) => [name, evidence[i]])));
});

test('the share of a piece of evidence in the sum is its weight times its value, and 0 when it has no weight', () => {
  expect(decider.share('groups_t3', evidence)).toBe(1);
  expect(decider.share('rhythm_t3', evidence)).toBe(1);
  expect(decider.share('quiet_smoke_alarm', evidence)).toBe(-1.5);
  expect(decider.share('rhythm_t4', evidence)).toBe(0);
  expect([decider.weight('rhythm_t3'), decider.weight('rhythm_t4')]).toEqual([2, 0]);
});

test('the scores of one head are one reason with the highest score as its value, even if a lower score has a larger share', () => {
  const values = Float64Array.of(0, 0, 4, 1, 0);
  expect(decider.reasons(values)).toEqual([{ evidence: 'score_smoke_alarm', value: 4, share: 1 }]);
});

test('evidence with less than a tenth of all support is no reason', () => {
  const named = (rhythm: number): string[] =>
    decider.reasons(Float64Array.of(rhythm, 0, 9, 9, 0)).map((reason) => reason.evidence);
  // The scores support the label with 9, the rhythm with twice its value.
  expect(named(0.49)).toEqual(['score_smoke_alarm']);
  expect(named(0.5)).toEqual(['score_smoke_alarm', 'rhythm_t3']);
});

test('gives no reason when no evidence supports the label', () => {
  expect(decider.reasons(Float64Array.of(0, 0, 0, 0, 1))).toEqual([]);
});

test('a weight for evidence that this version does not measure is an error that names the evidence', () => {
  expect(() => new LabelDecider(RULES, NAMES.slice(1))).toThrow(
    new RangeError('The evidence rhythm_t3 is not measured.'),
  );
});

test('docs/decision.md explains every piece of evidence', () => {
  const page = readFileSync(new URL('../../docs/decision.md', import.meta.url), 'utf8');
  const missing = evidenceNames(['x']).filter((name) => !page.includes(`\`${name.replace(/_x$/, '')}\``));
  expect(missing).toEqual([]);
});
