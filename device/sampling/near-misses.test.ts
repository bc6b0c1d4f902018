import { expect, test } from '@jest/globals';
import { listenToAll } from '../detect/detector-settings.ts';
import type { Network } from '../network/network.ts';
import { NearMisses, type NearMiss } from './near-misses.ts';

const RATE = 16_000;
const level = (threshold: number) => ({ threshold, perDay: 1, missRate: 0 });
const network = {
  manifest: {
    frontEnd: { sampleRate: RATE },
    heads: ['glass_break', 'taught_security_bell_0a1b'].map((label) => ({
      label,
      levels: { low: level(0.9), medium: level(0.8), high: level(0.7) },
    })),
  },
  decision: { labels: { glass_break: { floor: 0.4 }, taught_security_bell_0a1b: { floor: 0.4 } } },
} as unknown as Network;

/**
 * Probabilities of breaking glass, four a second. The probability of the taught sound is always just below its
 * threshold.
 */
function missesOf(probabilities: readonly number[]): NearMiss[] {
  const found: NearMiss[] = [];
  const misses = new NearMisses(network, listenToAll(['glass_break'], 'medium'), (one) => found.push(one));
  probabilities.forEach((probability, at) => misses.evaluate(Float64Array.of(probability, 0.75), (at * RATE) / 4));
  return found;
}
const seconds = (count: number, probability: number): number[] => Array<number>(count * 4).fill(probability);

test('a sound whose probability rises above the floor and falls again is one near miss, with its peak', () => {
  const [first, ...others] = missesOf([...seconds(1, 0), 0.5, 0.7, 0.6, ...seconds(10, 0.1)]);
  expect(first).toEqual({
    label: 'glass_break',
    score: 0.7,
    peakSample: (5 * RATE) / 4,
    threshold: 0.8,
    level: 'medium',
  });
  expect(others).toEqual([]);
});

test('a sound whose probability stays below the floor is no near miss, and a reported sound is none before or after its report', () => {
  expect(missesOf(seconds(20, 0.39))).toEqual([]);
  expect(missesOf([...seconds(1, 0.6), ...seconds(1, 0.85), ...seconds(2, 0.6), ...seconds(10, 0)])).toEqual([]);
});

test('a continuing sound is one near miss, found while its recording still exists; the next sound is another near miss', () => {
  const found = missesOf([0.7, ...seconds(30, 0.5), ...seconds(5, 0), 0.6, ...seconds(5, 0)]);
  expect(found.map(({ score }) => score)).toEqual([0.7, 0.6]);
});
