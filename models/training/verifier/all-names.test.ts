import { describe, expect, test } from '@jest/globals';
import { Random } from '../../synthesis/random.ts';
import { fittedTo } from './all-names.ts';

const random = new Random('all names');

/** Rows in which the name `raised` is higher by `lift`; all names have other means and spreads. */
const rows = (count: number, raised: number, lift: number): Float32Array[] =>
  Array.from({ length: count }, () =>
    Float32Array.from(
      { length: 12 },
      (_, i) => 5 * i - 20 + (1 + i / 4) * (random.normal() + (i === raised ? lift : 0)),
    ),
  );

const sumWith =
  ({ weights, bias }: ReturnType<typeof fittedTo>) =>
  (row: Float32Array): number =>
    row.reduce((sum, name, i) => sum + name * (weights[i] as number), bias);

describe('the sum of all names', () => {
  const fitted = fittedTo(rows(150, 3, 2), rows(600, 7, 2));

  test('is positive for sounds like the real candidates and negative for sounds like the false ones', () => {
    expect(rows(200, 3, 2).filter((row) => sumWith(fitted)(row) > 0).length).toBeGreaterThan(170);
    expect(rows(200, 7, 2).filter((row) => sumWith(fitted)(row) < 0).length).toBeGreaterThan(170);
  });

  test('has small weights for names that tell nothing, and is moderate however well the candidates are separated', () => {
    const share = [...Array(12).keys()].map((i) => Math.abs(fitted.weights[i] as number) * (1 + i / 4));
    for (const [i, weight] of share.entries())
      if (i !== 3 && i !== 7) expect(weight).toBeLessThan(0.2 * Math.min(share[3] as number, share[7] as number));
    const easy = fittedTo(rows(100, 3, 40), rows(100, 7, 40));
    expect(Math.abs(sumWith(easy)(rows(1, 3, 40)[0] as Float32Array))).toBeLessThan(5);
  });

  test('does not depend on how many of the candidates are real', () => {
    const few = fittedTo(rows(60, 3, 2), rows(2_000, 7, 2));
    const mean = (of: Float32Array[]): number => of.reduce((sum, row) => sum + sumWith(few)(row), 0) / of.length;
    expect(Math.abs(mean(rows(300, 3, 2)) + mean(rows(300, 7, 2)))).toBeLessThan(0.3);
  });

  test('ignores a name that never varied', () => {
    const same = (of: Float32Array[]) => of.map((row) => row.map((name, i) => (i === 3 ? -8 : name)));
    expect(fittedTo(same(rows(100, 3, 2)), same(rows(100, 7, 2))).weights[3]).toBe(0);
  });
});
