import { expect, test } from '@jest/globals';
import { sine } from '@earshot/shared/testing/noise.ts';
import { doubleRate, teacherMel } from './teacher-features.ts';
import { REFERENCE_FRAMES, REFERENCE_MEL, referenceSignal } from './reference.ts';

test("the mel values of the reference signal equal those of EfficientAT's own code", () => {
  const { frames, data } = teacherMel(referenceSignal());
  expect(frames).toBe(REFERENCE_FRAMES);
  for (const [at, expected] of Object.entries(REFERENCE_MEL)) {
    const [band, frame] = at.split(',').map(Number) as [number, number];
    expect(Math.abs((data[band * frames + frame] as number) - expected)).toBeLessThan(2e-3);
  }
});

test.each([200, 3_100, 6_500])('resampling from 16 to 32 kHz keeps a tone of %i Hz unchanged', (hz) => {
  const doubled = doubleRate(sine(2_000, hz, 0.5)).subarray(100, 3_900);
  const ideal = sine(4_000, hz, 0.5, 32_000).subarray(100, 3_900);
  const worst = doubled.reduce((most, x, i) => Math.max(most, Math.abs(x - (ideal[i] as number))), 0);
  expect(worst).toBeLessThan(0.005);
});
