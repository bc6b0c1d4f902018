import { describe, expect, it } from '@jest/globals';
import { calibrateHead, exceeds } from './calibrate.ts';
import type { HeardMaterial } from './material.ts';
import { candidatesIn, peaksOf, WINDOWS_S } from './peaks.ts';
import { policyOf } from './policy.ts';

const LABEL = 'glass_break';
const DAY_S = 16 * 3_600;
const same = (peaks: Float32Array): Float32Array[] => WINDOWS_S.map(() => peaks);

/** One waking day with false evidence of 0.01, 0.02 … 0.99, each far from the next. */
function material(eventPeaks: readonly number[]): HeardMaterial {
  const day = new Float32Array(DAY_S);
  for (let n = 1; n < 100; n++) day[n * 500] = n / 100;
  const stream = { peaks: new Map([[LABEL, same(day)]]) };
  const quiet = { peaks: new Map([[LABEL, same(new Float32Array(36_000))]]) };
  return {
    events: eventPeaks.map((peak) => ({ label: LABEL, slices: {}, peaks: WINDOWS_S.map(() => peak) })),
    confusers: [quiet],
    houseDays: [stream],
  };
}

describe('calibrating a head', () => {
  it('takes the lowest threshold whose candidates do not contradict the budget of a house day', () => {
    const { levels } = calibrateHead(LABEL, material([0.5, 0.99]));
    const perSecond = policyOf(LABEL).perDay / DAY_S;
    expect(exceeds({ candidates: levels.medium.perDay, seconds: DAY_S }, perSecond)).toBe(false);
    expect(exceeds({ candidates: levels.medium.perDay + 1, seconds: DAY_S }, perSecond)).toBe(true);
    expect(levels.medium.threshold).toBeCloseTo(1 - levels.medium.perDay / 100, 1);
  });

  it('takes one candidate in two hours for chance, and ten for too many', () => {
    const onceADay = 1 / 86_400;
    expect(exceeds({ candidates: 0, seconds: 7_200 }, onceADay)).toBe(false);
    expect(exceeds({ candidates: 1, seconds: 14_400 }, onceADay)).toBe(false);
    expect(exceeds({ candidates: 10, seconds: 7_200 }, onceADay)).toBe(true);
  });

  it('measures what it misses at that threshold', () => {
    expect(calibrateHead(LABEL, material([0.5, 0.99, 0.98, 0.97])).levels.medium.missRate).toBe(0.25);
  });

  it('misses less and costs more the more sensitive the level', () => {
    const { low, medium, high } = calibrateHead(LABEL, material([0.5])).levels;
    expect(low.threshold).toBeGreaterThan(medium.threshold);
    expect(medium.threshold).toBeGreaterThan(high.threshold);
    expect(low.perDay).toBeLessThan(high.perDay);
  });

  it('claims no recall for a head that no event was played to', () => {
    expect(calibrateHead(LABEL, material([])).levels.medium.missRate).toBe(1);
  });
});

describe('counting candidates', () => {
  it('counts a sound that goes on once a refractory time', () => {
    expect(candidatesIn(new Float32Array(30).fill(0.9), 0.5, 10)).toBe(3);
  });

  it('gathers evidence as the mean of the window, from silence', () => {
    const values = Float32Array.from([0, 1, 1, 1, 0, 0, 0, 0]);
    const [shortest] = peaksOf({ labels: [LABEL], values }, LABEL) as [Float32Array];
    expect(shortest[0]).toBeCloseTo(1);
    expect(peaksOf({ labels: [LABEL], values: Float32Array.from([1, 0, 0]) }, LABEL)[0]?.[0]).toBeCloseTo(1 / 3);
  });
});
