import { describe, expect, test } from '@jest/globals';
import { sine } from '@earshot/shared/testing/noise.ts';
import { loudestPart } from './loudest-part.ts';

const RATE = 16_000;
const NOISE_DBFS = -48;

/** Ten seconds of silence with tones of half a second at these times and amplitudes. */
function clip(...tones: readonly { atS: number; amplitude: number; hz?: number }[]): Float32Array {
  const samples = new Float32Array(10 * RATE);
  for (const { atS, amplitude, hz = 1_000 } of tones) samples.set(sine(RATE / 2, hz, amplitude), atS * RATE);
  return samples;
}
const partOf = (samples: Float32Array, eventStartS = 3): Float32Array =>
  loudestPart(samples, eventStartS, 'glass_break').samples;
const dbfs = (samples: Float32Array): number =>
  10 * Math.log10(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
const seconds = (samples: Float32Array, from: number, to: number): Float32Array =>
  samples.subarray(from * RATE, to * RATE);

describe('the loudest part of a sound', () => {
  test('is the same for another level and another start', () => {
    const part = partOf(clip({ atS: 3, amplitude: 0.5 }));
    const other = partOf(clip({ atS: 3.4, amplitude: 0.02 }), 3.2);
    const difference = part.map((sample, at) => sample - other[at]!);
    expect(dbfs(difference)).toBeLessThan(-90);
  });

  test('is 2.5 s long at -30 dBFS; the rest of the clip is faint noise', () => {
    const part = partOf(clip({ atS: 3, amplitude: 0.5 }));
    expect(part).toHaveLength(10 * RATE);
    expect(dbfs(seconds(part, 1.75, 2.25))).toBeCloseTo(-30, 0);
    for (const [from, to] of [
      [0, 1.3],
      [3.8, 10],
    ] as const)
      expect(Math.abs(dbfs(seconds(part, from, to)) - NOISE_DBFS)).toBeLessThan(1.5);
  });

  test('is searched near the start of the event: a louder sound before or long after it changes nothing', () => {
    const alone = partOf(clip({ atS: 3, amplitude: 0.1 }));
    const loud = { amplitude: 0.9, hz: 300 };
    expect(partOf(clip({ atS: 3, amplitude: 0.1 }, { atS: 1, ...loud }, { atS: 8, ...loud }))).toEqual(alone);
  });

  test.each([
    ['an event at the end of the clip', clip({ atS: 9.5, amplitude: 0.5 }), 9.9],
    ['an event after the end of the clip', clip({ atS: 9.5, amplitude: 0.5 }), 70],
    ['a clip of 0.1 s', sine(RATE / 10, 1_000, 0.5), 0],
  ])('%s has a loudest part, too', (_, samples, eventStartS) => {
    const part = partOf(samples, eventStartS);
    expect(part).toHaveLength(10 * RATE);
    expect(dbfs(seconds(part, 1.3, 3.8))).toBeGreaterThan(NOISE_DBFS + 6);
  });

  test('silence has only the faint noise', () => {
    expect(dbfs(partOf(new Float32Array(10 * RATE)))).toBeCloseTo(NOISE_DBFS, 0);
  });
});
