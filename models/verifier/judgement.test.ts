import { describe, expect, test } from '@jest/globals';
import { Random } from '../synthesis/random.ts';
import { fitJudgement, withJudgement, type Heard } from './judgement.ts';

const random = new Random('judgement');

/** Two labels, three pieces of evidence; the first label is real when the evidence's middle one is high, whatever the network says. */
const candidates = (count: number): Heard[] =>
  Array.from({ length: count }, () => {
    const isReal = random.chance(0.5);
    const evidence = Float32Array.of(random.next(), (isReal ? 1 : 0) + 0.2 * random.normal(), random.next());
    return { label: 0, logits: Float32Array.of(random.normal(), random.normal()), evidence, isReal };
  });

const judged = (weights: Float64Array, { logits, evidence }: Heard): number =>
  [...logits, ...evidence, 1].reduce((sum, x, i) => sum + x * (weights[i] ?? 0), 0);

describe('the last layer', () => {
  test('learns from a few hundred candidates what the evidence is worth', () => {
    const { weights } = fitJudgement(candidates(200), 2);
    const fresh = candidates(200);
    const right = fresh.filter((one) => judged(weights[0] as Float64Array, one) > 0 === one.isReal);
    expect(right.length).toBeGreaterThan(170);
  });

  test('leaves a label alone that has too few candidates', () => {
    const { weights } = fitJudgement(candidates(200), 2);
    expect([...(weights[1] ?? [])]).toEqual([0, 1, 0, 0, 0, 0]);
  });

  test('folded into the network it gives the same logits', () => {
    const hidden = Float32Array.of(0.3, -0.7, 1.1);
    const evidence = Float32Array.of(0.2, 0.9, 0.4);
    const tensors = new Map([
      ['score/kernel', { shape: [3, 2], data: Float32Array.of(0.5, -1, 0.25, 2, -0.75, 0.1) }],
      ['score/bias', { shape: [2], data: Float32Array.of(-1, 0.5) }],
      ['evidence/kernel', { shape: [3, 2], data: Float32Array.of(0.1, 0.2, 0.3, -0.1, -0.2, 0.4) }],
    ]);
    const judgement = fitJudgement(candidates(60), 2);
    const logitsOf = (of: ReadonlyMap<string, { data: Float32Array }>): number[] =>
      [0, 1].map((label) => {
        const sum = (name: string, input: Float32Array): number =>
          input.reduce((all, x, i) => all + x * (of.get(name)?.data[i * 2 + label] ?? 0), 0);
        return (
          sum('score/kernel', hidden) + sum('evidence/kernel', evidence) + (of.get('score/bias')?.data[label] ?? 0)
        );
      });
    const logits = Float32Array.from(logitsOf(tensors));
    const folded = logitsOf(withJudgement(tensors, judgement));
    judgement.weights.forEach((weights, label) => {
      expect(folded[label]).toBeCloseTo(judged(weights, { label, logits, evidence, isReal: true }), 4);
    });
  });
});
