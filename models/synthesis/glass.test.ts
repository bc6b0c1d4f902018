import { describe, expect, test } from '@jest/globals';
import { glassBreak, PANES } from './glass.ts';
import { NEAR_MISSES, nearMiss } from './near-miss.ts';
import { Random } from './random.ts';
import { measureBeeps } from './testing/measure.ts';

const energy = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0);

describe('breaking glass', () => {
  test.each(PANES)('the sound of a breaking %s pane is loud at once, and then its shards ring', (pane) => {
    const { samples } = glassBreak(new Random(`glass ${pane}`), { durationS: 2, pane });
    const first = energy(samples.subarray(0, 3_200));
    expect(first).toBeGreaterThan(0.2 * energy(samples));
    // Shards still ring 0.2 s after the crack, at least 60 dB above silence.
    expect(energy(samples.subarray(3_200, 8_000))).toBeGreaterThan(1e-6 * first);
  });

  test('panes with different seeds sound different', () => {
    const one = glassBreak(new Random(1), { durationS: 1, pane: 'window' });
    expect(glassBreak(new Random(2), { durationS: 1, pane: 'window' }).samples).not.toEqual(one.samples);
  });

  test('panes with the same seed have the same samples', () => {
    expect(glassBreak(new Random(9), { durationS: 1 })).toEqual(glassBreak(new Random(9), { durationS: 1 }));
  });
});

describe('sounds that resemble alarms or glass', () => {
  test.each(NEAR_MISSES)(
    "the near miss %s is audible, finite, does not clip and has none of the detector's labels",
    (kind) => {
      for (let seed = 0; seed < 3; seed++) {
        const { samples, slices } = nearMiss(new Random(`${kind} ${seed}`), kind, 10);
        const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        expect(peak).toBeCloseTo(0.5, 3);
        expect(samples.every(Number.isFinite)).toBe(true);
        expect(slices['nearMiss']).toContain(kind.split('_')[0]);
      }
    },
  );

  test.each(['microwave', 'appliance'])('the beeps of the near miss %s end within ten seconds', (kind) => {
    for (let seed = 0; seed < 10; seed++) {
      const last = measureBeeps(nearMiss(new Random(seed), kind, 30).samples).at(-1);
      expect((last?.startS ?? 0) + (last?.lengthS ?? 0)).toBeLessThan(10.2);
    }
  });

  test('an unknown kind of near miss is refused with an error that names the kind', () => {
    expect(() => nearMiss(new Random(1), 'harp', 1)).toThrow(/harp/);
  });
});
