import { describe, expect, test } from '@jest/globals';
import { coAlarm, smokeAlarm, type AlarmOptions } from './alarm.ts';
import { lowBatteryChirp } from './chirp.ts';
import { Random } from './random.ts';
import { samplesOf } from './sound.ts';
import { measureBeeps, measureHz, powerAt } from './testing/measure.ts';

/** One clean unit: what the standards speak of. */
const ALONE = { units: 1, voice: false, muted: false, timingErrorPercent: 0 } as const;
const seeds = Array.from({ length: 8 }, (_, i) => i);
const smoke = (seed: number, options: Partial<AlarmOptions> = {}) =>
  smokeAlarm(new Random(seed), { durationS: 12, pattern: 't3', band: '3.1k', ...ALONE, ...options });
const co = (seed: number, options: Partial<AlarmOptions> = {}) =>
  coAlarm(new Random(seed), { durationS: 14, band: '3.1k', ...ALONE, ...options });
const starts = (samples: Float32Array): number[] => measureBeeps(samples).map(({ startS }) => startS);

describe('a smoke alarm, measured from its samples', () => {
  test.each(seeds)('T3: three beeps of 0.5 s, 0.5 s apart, then 1.5 s (ISO 8201), seed %i', (seed) => {
    const [a, b, c, next] = measureBeeps(smoke(seed).samples) as [
      { startS: number; lengthS: number },
      ...{ startS: number; lengthS: number }[],
    ];
    expect(a.lengthS).toBeGreaterThan(0.45);
    // A piezo rings on for some tens of milliseconds.
    expect(a.lengthS).toBeLessThan(0.65);
    expect((b?.startS ?? 0) - a.startS).toBeCloseTo(1, 1);
    expect((c?.startS ?? 0) - (b?.startS ?? 0)).toBeCloseTo(1, 1);
    expect((next?.startS ?? 0) - (c?.startS ?? 0)).toBeCloseTo(2, 1);
  });

  test.each([-10, 10])('timing is off by what was asked: %i %%', (timingErrorPercent) => {
    const [first = 0, , , next = 0] = starts(smoke(1, { timingErrorPercent }).samples);
    expect(next - first).toBeCloseTo(4 * (1 + timingErrorPercent / 100), 1);
  });

  test('piezo units sound between 2.3 and 3.9 kHz, most of them between 2.9 and 3.5', () => {
    const tones = Array.from({ length: 60 }, (_, seed) =>
      measureHz(smoke(seed, { durationS: 0.45 }).samples.subarray(1_600, 6_400)),
    );
    for (const hz of tones) expect(hz > 2_300 && hz < 3_950).toBe(true);
    expect(tones.filter((hz) => hz > 2_850 && hz < 3_550).length).toBeGreaterThan(36);
  });

  test('520 Hz units have the odd harmonics of a square wave', () => {
    const { samples } = smokeAlarm(new Random(7), { durationS: 0.45, pattern: 't3', band: '520', ...ALONE });
    const tone = samples.subarray(1_600, 6_400);
    const hz = bestTone(tone, 470, 570);
    expect(powerAt(tone, hz) + powerAt(tone, 3 * hz)).toBeGreaterThan(0.5);
  });

  test('a muted cycle: one group in four is silent', () => {
    const { samples } = smoke(3, { durationS: 40, muted: true });
    const onsets = starts(samples);
    const gaps = onsets.slice(1).map((at, i) => at - (onsets[i] ?? 0));
    // Over a silent cycle the gap is 2 + 4 s.
    expect(gaps.filter((gap) => gap > 5.5).length).toBeGreaterThanOrEqual(2);
    expect(onsets.length).toBeLessThan(25);
  });

  test('several units are out of phase: more of the time sounds', () => {
    const part = (units: number): number =>
      measureBeeps(smoke(5, { units, durationS: 20 }).samples, { rangeDb: 30 }).reduce(
        (sum, { lengthS }) => sum + lengthS,
        0,
      );
    expect(part(3)).toBeGreaterThan(part(1) * 1.1);
  });

  test('a voice fills the pause after a group', () => {
    const between = (voice: boolean): number => {
      const pause = smoke(11, { voice }).samples.subarray(samplesOf(2.75), samplesOf(3.4));
      return pause.reduce((sum, x) => sum + x * x, 0);
    };
    expect(between(true)).toBeGreaterThan(100 * between(false));
  });

  test.each(['steady', 'fast', 'continuous', 'warble'] as const)('%s is what its name says', (pattern) => {
    const beeps = measureBeeps(smokeAlarm(new Random(2), { durationS: 8, ...ALONE, pattern, band: '3.1k' }).samples, {
      rangeDb: 25,
    });
    const sounding = beeps.reduce((sum, { lengthS }) => sum + lengthS, 0);
    if (pattern === 'continuous' || pattern === 'warble') expect(sounding).toBeGreaterThan(7.9);
    else expect(beeps.length).toBeGreaterThan(3);
  });

  test('a sweep runs over more than a tenth of its pitch', () => {
    const { samples } = smokeAlarm(new Random(2), { durationS: 4, ...ALONE, pattern: 'sweep', band: '3.1k' });
    const tones = Array.from({ length: 100 }, (_, i) => samples.subarray(i * 640, i * 640 + 320))
      .filter((piece) => Math.max(...piece) > 0.2)
      .map(measureHz);
    expect(Math.max(...tones) / Math.min(...tones)).toBeGreaterThan(1.1);
  });
});

describe('a CO alarm, measured from its samples', () => {
  test.each(seeds)('T4: four beeps of 0.1 s, then again after 5.7 s, seed %i', (seed) => {
    const onsets = starts(co(seed).samples);
    expect(onsets.length).toBeGreaterThanOrEqual(8);
    for (const i of [1, 2, 3]) expect((onsets[i] ?? 0) - (onsets[i - 1] ?? 0)).toBeCloseTo(0.2, 1);
    // 4 x 0.1 + 3 x 0.1 + 5 s.
    expect((onsets[4] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(5.7, 1);
  });

  test('later in its life it pauses for a minute', () => {
    const onsets = starts(co(1, { durationS: 130, late: true }).samples);
    expect((onsets[4] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(60.7, 0);
  });
});

describe('a low battery', () => {
  test('chirps once a period, shorter than any alarm beep', () => {
    const beeps = measureBeeps(lowBatteryChirp(new Random(4), { durationS: 100, everyS: 40 }).samples);
    expect(beeps.map(({ startS }) => Math.round(startS / 40))).toEqual([0, 1, 2]);
    for (const { lengthS } of beeps) expect(lengthS).toBeLessThan(0.4);
  });
});

test('the same seed gives the same samples, another seed others', () => {
  const one = smokeAlarm(new Random('x'), { durationS: 5 });
  expect(smokeAlarm(new Random('x'), { durationS: 5 })).toEqual(one);
  expect(smokeAlarm(new Random('y'), { durationS: 5 }).samples).not.toEqual(one.samples);
});

function bestTone(samples: Float32Array, fromHz: number, toHz: number): number {
  let best = fromHz;
  for (let hz = fromHz; hz <= toHz; hz += 2) if (powerAt(samples, hz) > powerAt(samples, best)) best = hz;
  return best;
}
