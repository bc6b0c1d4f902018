import { describe, expect, test } from '@jest/globals';
import { Random } from '../synthesis/random.ts';
import { TypicalVectors } from './typical-vectors.ts';

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0));

describe('typical vectors', () => {
  test('never exceed the allowed number, count all moments of the sound, and keep a rare vector as it is', () => {
    const typical = new TypicalVectors(50);
    const random = new Random('typical');
    const common = Array.from({ length: 2_000 }, () => Float32Array.from({ length: 8 }, () => random.normal(0, 0.3)));
    const rare = Float32Array.from({ length: 8 }, () => 5);
    common.forEach((vector, moment) => typical.add(vector, moment));
    typical.add(rare, 5_000);
    const { vectors } = typical;
    expect(vectors.length).toBeLessThanOrEqual(50);
    expect(vectors.reduce((sum, { count }) => sum + count, 0)).toBe(2_001);
    expect(vectors.filter(({ vector }) => distance(vector, rare) < 1)).toEqual([
      expect.objectContaining({ vector: rare, count: 1 }),
    ]);
  });

  test('count a moment only once, even when it has many vectors', () => {
    const typical = new TypicalVectors(10);
    for (let n = 0; n < 30; n++) typical.add(Float32Array.of(0.1, 0.1), Math.floor(n / 10));
    expect(typical.vectors.map(({ count }) => count)).toEqual([3]);
  });
});
