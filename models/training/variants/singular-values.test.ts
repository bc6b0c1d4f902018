import { describe, expect, it } from '@jest/globals';
import { lowRank } from './singular-values.ts';

const product = (left: Float32Array, right: Float32Array, rows: number, rank: number, columns: number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => {
    let sum = 0;
    for (let r = 0; r < rank; r++)
      sum += (left[Math.floor(i / columns) * rank + r] as number) * (right[r * columns + (i % columns)] as number);
    return sum;
  });
const error = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.sqrt(b.reduce((sum, x, i) => sum + (x - (a[i] as number)) ** 2, 0));

describe.each([
  [5, 9],
  [9, 5],
])('a %d x %d matrix, written as the product of two factors', (rows, columns) => {
  const matrix = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 1.3) + 0.2 * Math.cos(i * i));

  it('factors of full rank give the matrix exactly', () => {
    const { left, right } = lowRank(matrix, rows, columns, 5);
    expect(error(matrix, product(left, right, rows, 5, columns))).toBeLessThan(1e-5);
  });

  it('the product is closer to the matrix when the factors have a higher rank', () => {
    const errors = [1, 2, 3, 4].map((rank) => {
      const { left, right } = lowRank(matrix, rows, columns, rank);
      return error(matrix, product(left, right, rows, rank, columns));
    });
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
  });

  it('factors of rank one give a matrix exactly when it has rank one', () => {
    const one = Float32Array.from(
      { length: rows * columns },
      (_, i) => (1 + Math.floor(i / columns)) * (2 - (i % columns)),
    );
    const { left, right } = lowRank(one, rows, columns, 1);
    expect(error(one, product(left, right, rows, 1, columns))).toBeLessThan(1e-4);
  });
});
