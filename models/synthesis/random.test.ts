import { describe, expect, test } from '@jest/globals';
import { Random } from './random.ts';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('Random', () => {
  test('the same seed gives the same random numbers', () => {
    expect(draw(new Random('a'), 20)).toEqual(draw(new Random('a'), 20));
  });

  test('another seed gives different random numbers', () => {
    expect(draw(new Random(1), 20)).not.toEqual(draw(new Random(2), 20));
  });

  test('the random numbers of a fork do not depend on how many numbers its parent has given', () => {
    const fresh = new Random('home');
    const used = new Random('home');
    draw(used, 100);
    expect(draw(used.fork('kitchen'), 5)).toEqual(draw(fresh.fork('kitchen'), 5));
  });

  test('uniform random numbers are spread evenly over their range', () => {
    const random = new Random(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const bin = Math.floor(random.uniform(0, 10));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    // The limit of 150 is five standard deviations of a binomial distribution with n = 10,000 and p = 0.1.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test('normally distributed numbers have the requested mean and deviation', () => {
    const random = new Random(4);
    const draws = Array.from({ length: 10_000 }, () => random.normal(3, 2));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length);
    expect(mean).toBeCloseTo(3, 0);
    expect(deviation).toBeCloseTo(2, 0);
  });

  test('an item with weight 0 is never chosen', () => {
    const random = new Random(5);
    const drawn = new Set(Array.from({ length: 500 }, () => random.weighted({ never: 0, often: 3, seldom: 0.3 })));
    expect(drawn).toEqual(new Set(['often', 'seldom']));
  });
});
