import { describe, expect, test } from '@jest/globals';
import { coAlarm, smokeAlarm, type AlarmOptions } from './alarm.ts';
import { lowBatteryChirp } from './chirp.ts';
import { Random } from './random.ts';
import { samplesOf } from './sound.ts';
import { TIMBRES, type Timbre } from './timbre.ts';
import { measureBeeps, measureHz, powerAt, strongestHz } from './testing/measure.ts';

/** A single alarm unit exactly as the standards describe it. */
const ALONE = { units: 1, voice: false, muted: false, timingErrorPercent: 0 } as const;
const seeds = Array.from({ length: 8 }, (_, i) => i);
const smoke = (seed: number, options: Partial<AlarmOptions> = {}) =>
  smokeAlarm(new Random(seed), { durationS: 12, pattern: 't3', band: '3.1k', ...ALONE, ...options });
const co = (seed: number, options: Partial<AlarmOptions> = {}) =>
  coAlarm(new Random(seed), { durationS: 14, band: '3.1k', late: false, ...ALONE, ...options });
/** A seed with which the band "any" gives a low pitch, so that many harmonics lie below the limit of 8 kHz. */
const lowSeed = seeds.concat(8, 9, 10, 11, 12, 13, 14, 15).find((seed) => pitchOf(seed) < 600) ?? 0;
const starts = (samples: Float32Array): number[] => measureBeeps(samples).map(({ startS }) => startS);

describe('a smoke alarm, measured from its samples', () => {
  test.each(seeds)(
    'a T3 alarm has three beeps of 0.5 s, 0.5 s apart, then a pause of 1.5 s (ISO 8201), seed %i',
    (seed) => {
      const [a, b, c, next] = measureBeeps(smoke(seed).samples) as [
        { startS: number; lengthS: number },
        ...{ startS: number; lengthS: number }[],
      ];
      expect(a.lengthS).toBeGreaterThan(0.45);
      // A piezo disc continues to ring for some tens of milliseconds.
      expect(a.lengthS).toBeLessThan(0.65);
      expect((b?.startS ?? 0) - a.startS).toBeCloseTo(1, 1);
      expect((c?.startS ?? 0) - (b?.startS ?? 0)).toBeCloseTo(1, 1);
      expect((next?.startS ?? 0) - (c?.startS ?? 0)).toBeCloseTo(2, 1);
    },
  );

  test.each([-10, 10])(
    'the times of an alarm differ from the standard by the requested error of %i %%',
    (timingErrorPercent) => {
      const [first = 0, , , next = 0] = starts(smoke(1, { timingErrorPercent }).samples);
      expect(next - first).toBeCloseTo(4 * (1 + timingErrorPercent / 100), 1);
    },
  );

  test('piezo alarm units sound between 2.3 and 3.9 kHz, most of them between 2.9 and 3.5 kHz', () => {
    const tones = Array.from({ length: 60 }, (_, seed) =>
      measureHz(smoke(seed, { durationS: 0.45 }).samples.subarray(1_600, 6_400)),
    );
    for (const hz of tones) expect(hz > 2_300 && hz < 3_950).toBe(true);
    expect(tones.filter((hz) => hz > 2_850 && hz < 3_550).length).toBeGreaterThan(36);
  });

  test('520 Hz alarm units have the odd harmonics of a square wave', () => {
    const { samples } = smokeAlarm(new Random(7), { durationS: 0.45, pattern: 't3', band: '520', ...ALONE });
    const tone = samples.subarray(1_600, 6_400);
    const hz = strongestHz(tone, 470, 570);
    expect(powerAt(tone, hz) + powerAt(tone, 3 * hz)).toBeGreaterThan(0.5);
  });

  test('in an alarm with muted cycles, one group in four is silent', () => {
    const { samples } = smoke(3, { durationS: 40, muted: true });
    const onsets = starts(samples);
    const gaps = onsets.slice(1).map((at, i) => at - (onsets[i] ?? 0));
    // A silent cycle between two groups makes the gap 2 + 4 s long.
    expect(gaps.filter((gap) => gap > 5.5).length).toBeGreaterThanOrEqual(2);
    expect(onsets.length).toBeLessThan(25);
  });

  test('several alarm units sound at different times, so there is less silence than with one unit', () => {
    const part = (units: number): number =>
      measureBeeps(smoke(5, { units, durationS: 20 }).samples, { rangeDb: 30 }).reduce(
        (sum, { lengthS }) => sum + lengthS,
        0,
      );
    expect(part(3)).toBeGreaterThan(part(1) * 1.1);
  });

  test('in an alarm with a voice, speech fills the pause after a group', () => {
    const between = (voice: boolean): number => {
      const pause = smoke(11, { voice }).samples.subarray(samplesOf(2.75), samplesOf(3.4));
      return pause.reduce((sum, x) => sum + x * x, 0);
    };
    expect(between(true)).toBeGreaterThan(100 * between(false));
  });

  test.each(['steady', 'fast', 'continuous', 'warble'] as const)(
    'an alarm of the pattern %s has the beeps, or the continuous sound, of its pattern',
    (pattern) => {
      const beeps = measureBeeps(smokeAlarm(new Random(2), { durationS: 8, ...ALONE, pattern, band: '3.1k' }).samples, {
        rangeDb: 25,
      });
      const sounding = beeps.reduce((sum, { lengthS }) => sum + lengthS, 0);
      if (pattern === 'continuous' || pattern === 'warble') expect(sounding).toBeGreaterThan(7.9);
      else expect(beeps.length).toBeGreaterThan(3);
    },
  );

  test('the pitch of a sweeping alarm changes by more than a tenth', () => {
    const { samples } = smokeAlarm(new Random(2), { durationS: 4, ...ALONE, pattern: 'sweep', band: '3.1k' });
    const tones = Array.from({ length: 100 }, (_, i) => samples.subarray(i * 640, i * 640 + 320))
      .filter((piece) => Math.max(...piece) > 0.2)
      .map(measureHz);
    expect(Math.max(...tones) / Math.min(...tones)).toBeGreaterThan(1.1);
  });
});

describe('alarm units at any pitch and in any timbre', () => {
  const tone = (timbre: Timbre, seed = 1) =>
    smokeAlarm(new Random(seed), { durationS: 0.45, pattern: 't3', band: 'any', timbre, ...ALONE }).samples.subarray(
      1_600,
      6_400,
    );
  const drawn = Array.from(
    { length: 200 },
    (_, seed) => smokeAlarm(new Random(seed), { durationS: 0.1, pattern: 't3' }).slices,
  );

  test('alarms of the band "any" have pitches from 350 to 4,500 Hz', () => {
    const tones = Array.from({ length: 60 }, (_, seed) => measureHz(tone('pure', seed)));
    expect(Math.min(...tones)).toBeLessThan(450);
    expect(Math.max(...tones)).toBeGreaterThan(3_800);
    for (const hz of tones) expect(hz > 340 && hz < 4_600).toBe(true);
  });

  test('random T3 alarms include every timbre and band; a steady alarm always has the pitch of a piezo disc', () => {
    expect(new Set(drawn.map(({ timbre }) => timbre))).toEqual(new Set(TIMBRES));
    expect(new Set(drawn.map(({ band }) => band))).toEqual(new Set(['3.1k', '520', 'any']));
    for (const seed of seeds)
      expect(smokeAlarm(new Random(seed), { durationS: 1, pattern: 'steady' }).slices.band).toBe('3.1k');
  });

  test('the timbre "pure" has one partial, and the timbre "rich" has many', () => {
    for (const seed of seeds) {
      const pure = tone('pure', seed);
      expect(powerAt(pure, measureHz(pure))).toBeGreaterThan(0.9);
    }
    const rich = tone('rich', lowSeed);
    const hz = strongestHz(rich, 350, 700);
    expect(powerAt(rich, hz) + powerAt(rich, 2 * hz)).toBeLessThan(0.85);
    expect(powerAt(rich, 2 * hz)).toBeGreaterThan(0.01);
  });

  test('the level of a buzz rises and falls many times a second, while the level of a pure tone is constant', () => {
    const depth = (timbre: Timbre): number => {
      const samples = tone(timbre);
      const levels = Array.from({ length: 60 }, (_, i) => Math.max(...samples.subarray(i * 80, i * 80 + 80)));
      return Math.min(...levels) / Math.max(...levels);
    };
    expect(depth('am_buzz')).toBeLessThan(0.7);
    expect(depth('pure')).toBeGreaterThan(0.9);
  });

  const piezo = (timbre: Timbre, seed: number) =>
    smokeAlarm(new Random(seed), { durationS: 0.45, pattern: 't3', band: '3.1k', timbre, ...ALONE }).samples.subarray(
      1_600,
    );

  test.each(['fm_warble', 'swept'] as const)(
    'within a beep, the pitch of the timbre "%s" changes, while the pitch of a pure tone is constant',
    (timbre) => {
      const range = (samples: Float32Array): number => {
        const tones = Array.from({ length: 30 }, (_, i) => measureHz(samples.subarray(i * 160, i * 160 + 160)));
        return Math.max(...tones) / Math.min(...tones);
      };
      for (const seed of seeds) {
        expect(range(piezo(timbre, seed))).toBeGreaterThan(1.018);
        expect(range(piezo('pure', seed))).toBeLessThan(1.018);
      }
    },
  );

  test('a beep of the timbre "two_tones" has two pitches, and a beep of a piezo disc has one', () => {
    const second = (samples: Float32Array): number => {
      const first = strongestHz(samples, 1_500, 6_000);
      // The second tone is up to 1.47 times as high or as low; a harmonic of the disc is twice as high.
      const others = [strongestHz(samples, first / 1.5, first * 0.95), strongestHz(samples, first * 1.05, first * 1.5)];
      return Math.max(...others.map((hz) => powerAt(samples, hz)));
    };
    for (const seed of seeds.slice(0, 4)) {
      expect(second(piezo('two_tones', seed))).toBeGreaterThan(0.01);
      expect(second(piezo('disc', seed))).toBeLessThan(0.005);
    }
  });
});

describe('a CO alarm, measured from its samples', () => {
  test.each(seeds)('a T4 alarm has groups of four beeps of 0.1 s that repeat every 5.7 s, seed %i', (seed) => {
    const onsets = starts(co(seed).samples);
    expect(onsets.length).toBeGreaterThanOrEqual(8);
    for (const i of [1, 2, 3]) expect((onsets[i] ?? 0) - (onsets[i - 1] ?? 0)).toBeCloseTo(0.2, 1);
    // The period is a group (4 beeps and 3 gaps of 0.1 s) and a pause of 5 s.
    expect((onsets[4] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(5.7, 1);
  });

  test('in sounds longer than a minute, some CO alarms sound only one group a minute, as after their first four minutes', () => {
    const pauses = Array.from({ length: 24 }, (_, seed) => {
      const { beeps } = coAlarm(new Random(seed), { durationS: 71, ...ALONE });
      return (beeps[4]?.startS ?? 0) - (beeps[0]?.startS ?? 0);
    });
    const late = pauses.filter((pauseS) => pauseS > 50).length;
    expect(late).toBeGreaterThanOrEqual(1);
    expect(late).toBeLessThanOrEqual(9);
  });

  test('a CO alarm with the option `late` pauses for a minute between groups', () => {
    const onsets = starts(co(1, { durationS: 130, late: true }).samples);
    expect((onsets[4] ?? 0) - (onsets[0] ?? 0)).toBeCloseTo(60.7, 0);
  });
});

describe('a low battery', () => {
  test('a low battery gives one chirp per period; a chirp is shorter than any beep of an alarm', () => {
    const beeps = measureBeeps(lowBatteryChirp(new Random(4), { durationS: 100, everyS: 40 }).samples);
    expect(beeps.map(({ startS }) => Math.round(startS / 40))).toEqual([0, 1, 2]);
    for (const { lengthS } of beeps) expect(lengthS).toBeLessThan(0.4);
  });
});

test('a smoke alarm has the same samples for the same seed, and different samples for another seed', () => {
  const one = smokeAlarm(new Random('x'), { durationS: 5 });
  expect(smokeAlarm(new Random('x'), { durationS: 5 })).toEqual(one);
  expect(smokeAlarm(new Random('y'), { durationS: 5 }).samples).not.toEqual(one.samples);
});

function pitchOf(seed: number): number {
  const options = { durationS: 0.45, pattern: 't3', band: 'any', timbre: 'pure', ...ALONE } as const;
  return measureHz(smokeAlarm(new Random(seed), options).samples.subarray(1_600, 6_400));
}
