import { describe, expect, test } from '@jest/globals';
import { mean, median } from './averages.ts';

describe('median', () => {
  test.each([
    [[], 0],
    [[7], 7],
    [[10, 9, 2], 9],
    [[4, 1, 3, 10], 3.5],
  ])('of %j is %d', (values, middle) => expect(median(values)).toBe(middle));

  test('does not change the order of the array that it gets', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('mean', () => {
  test.each([
    [[], 0],
    [[1, 2, 6], 3],
  ])('of %j is %d', (values, average) => expect(mean(values)).toBe(average));
});
