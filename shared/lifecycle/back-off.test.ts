import { describe, expect, test } from '@jest/globals';
import { BackOff } from './back-off.ts';

const waits = (backOff: BackOff, count: number) => Array.from({ length: count }, () => backOff.nextMs());

describe('the back-off', () => {
  test('waits twice as long after every failure, up to its longest wait', () => {
    expect(waits(new BackOff(1_000, 60_000, () => 1), 8)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  test('starts again with the shortest wait after a success', () => {
    const backOff = new BackOff(1_000, 60_000, () => 1);
    waits(backOff, 5);
    backOff.succeeded();
    expect(backOff.nextMs()).toBe(1_000);
  });

  test('chooses each wait at random from the upper half of its range, and stays finite after any number of failures', () => {
    expect(waits(new BackOff(1_000, 60_000, () => 0), 2)).toEqual([500, 1_000]);
    expect(waits(new BackOff(1_000, 60_000, () => 0), 2_000).at(-1)).toBe(30_000);
  });
});
