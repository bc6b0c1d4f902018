import { describe, expect, test } from '@jest/globals';
import type { NamedTensor } from '../network/tensor-file.ts';
import { HIDDEN } from './network.ts';
import { withoutUnitsOf, withUnits } from './own-units.ts';
import { tensorOf } from './verifier-graph.ts';

const INPUTS = 3;
const LABELS = 2;
const [SMOKE, CO] = [0, 1];

/** A verifier's layers after the embedding, whose weights are all different. */
function layers(): Map<string, NamedTensor> {
  let next = 0;
  const tensor = (...shape: number[]): NamedTensor => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (next += 1)),
  });
  return new Map([
    ['hidden/kernel', tensor(INPUTS, HIDDEN)],
    ['hidden/bias', tensor(HIDDEN)],
    ['score/kernel', tensor(HIDDEN, LABELS)],
    ['score/bias', tensor(LABELS)],
  ]);
}

/** Two units whose weights begin with `first`. `labels`: the columns that use them. */
const units = (first: number, labels: readonly number[]) => ({
  kernel: Float32Array.from({ length: INPUTS * 2 }, (_, i) => first + i),
  bias: Float32Array.of(first + 10, first + 11),
  score: Float32Array.from({ length: 2 * LABELS }, (_, i) => (labels.includes(i % LABELS) ? first + 20 + i : 0)),
});

/** The scores for one embedding, computed in the plainest way. */
function scores(tensors: ReadonlyMap<string, NamedTensor>, embedding: readonly number[]): number[] {
  const at = (name: string, i: number): number => tensorOf(tensors, name).data[i] as number;
  const count = tensorOf(tensors, 'hidden/bias').data.length;
  const hidden = Array.from({ length: count }, (_, unit) =>
    embedding.reduce((sum, x, row) => sum + x * at('hidden/kernel', row * count + unit), at('hidden/bias', unit)),
  ).map((x) => Math.max(0, x));
  return Array.from({ length: LABELS }, (_, label) =>
    hidden.reduce((sum, x, unit) => sum + x * at('score/kernel', unit * LABELS + label), at('score/bias', label)),
  );
}

describe('own units', () => {
  const embedding = [0.5, -0.25, 2];

  test('change only the score of their label', () => {
    const before = scores(layers(), embedding);
    const after = scores(withUnits(layers(), units(1_000, [SMOKE])), embedding);
    // Unit 0 computes 0.5 x 1000 - 0.25 x 1002 + 2 x 1004 + 1010, unit 1 the same with weights that are larger by 1.
    const computed = [500 - 250.5 + 2_008 + 1_010, 500.5 - 250.75 + 2_010 + 1_011];
    const added = (computed[0] as number) * 1_020 + (computed[1] as number) * 1_022;
    expect((after[SMOKE] as number) - (before[SMOKE] as number)).toBeCloseTo(added, 3);
    expect(after[CO]).toBe(before[CO]);
  });

  test('are removed when their label is trained again; those of another label stay', () => {
    const both = withUnits(withUnits(layers(), units(1_000, [SMOKE])), units(2_000, [CO]));
    expect(withoutUnitsOf(both, [SMOKE])).toEqual(withUnits(layers(), units(2_000, [CO])));
    expect(withoutUnitsOf(both, [SMOKE, CO])).toEqual(layers());
  });

  test('stay when a label that uses them is not trained again', () => {
    const shared = withUnits(layers(), units(1_000, [SMOKE, CO]));
    expect(withoutUnitsOf(shared, [SMOKE])).toEqual(shared);
  });

  test('that do not exist are not removed', () => {
    expect(withoutUnitsOf(layers(), [SMOKE])).toEqual(layers());
  });
});
