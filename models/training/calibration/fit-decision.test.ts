import { expect, test } from '@jest/globals';
import { Random } from '../../synthesis/random.ts';
import type { Bag } from './bags.ts';
import { fitDecision, surest } from './fit-decision.ts';

const INDICES = [0, 1];

/** Bags in which each event is clear in only one of its evaluations. The second kind of evidence is noise. */
function bags(random: Random, count: number): Bag[] {
  const noise = (): number => random.normal(0, 0.3);
  const bag = (isReal: boolean): Bag => {
    const rows = Array.from({ length: 6 }, () => Float32Array.of(noise(), noise()));
    if (isReal) (rows[random.integer(0, 5)] as Float32Array)[0] = 1.5 + noise();
    return { isReal, kind: 'event', rows, atS: rows.map((_, i) => i) };
  };
  return Array.from({ length: count }, (_, n) => bag(n % 2 === 0));
}

test('the fit finds the only evaluation in which an event is clear, and gives weight to the evidence that shows the event', () => {
  const fitted = fitDecision(bags(new Random('fit'), 300), INDICES, [0, 0]);
  const judged = bags(new Random('held back'), 300).map((bag) => ({
    isReal: bag.isReal,
    isReported: surest(bag, fitted, INDICES).value > 0,
  }));
  const right = judged.filter(({ isReal, isReported }) => isReal === isReported).length;
  expect(right / judged.length).toBeGreaterThan(0.9);
  expect(fitted.weights[0]).toBeGreaterThan(5 * Math.abs(fitted.weights[1] as number));
});

test('a weight keeps its required sign, even when the examples favour the other sign', () => {
  const turned = bags(new Random('fit'), 300).map((bag) => ({ ...bag, isReal: !bag.isReal }));
  expect(fitDecision(turned, INDICES, [1, 0]).weights[0]).toBe(0);
});
