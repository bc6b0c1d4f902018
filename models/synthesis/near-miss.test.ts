import { describe, expect, test } from '@jest/globals';
import { nearMiss } from './near-miss.ts';
import { Random } from './random.ts';
import { samplesOf } from './sound.ts';
import { measureBeeps, measureHz, powerAt, strongestHz } from './testing/measure.ts';

const seeds = Array.from({ length: 6 }, (_, seed) => seed);
const made = (kind: string, seed: number, durationS = 30) => nearMiss(new Random(`${kind}/${seed}`), kind, durationS);

describe('beeping sounds of a home that are not alarms', () => {
  test.each(['door_alarm', 'oven_timer', 'ups'])(
    'the sound %s continues until the end of the requested time',
    (kind) => {
      for (const seed of seeds) expect(made(kind, seed).beeps.at(-1)?.startS).toBeGreaterThan(30 - 31 / 2);
    },
  );

  test('a UPS on battery repeats its group of beeps every 10 to 30 s, or beeps once a second', () => {
    const cycles = [...seeds, 6, 7, 8].map((seed) => {
      const onsets = made('ups', seed, 62).beeps.map(({ startS }) => startS);
      const gaps = onsets.slice(1).map((at, n) => at - (onsets[n] ?? 0));
      return Math.max(...gaps);
    });
    for (const cycleS of cycles) expect((cycleS > 0.7 && cycleS < 1.4) || (cycleS > 5 && cycleS < 31)).toBe(true);
    expect(cycles.some((cycleS) => cycleS > 5)).toBe(true);
    expect(cycles.some((cycleS) => cycleS < 2)).toBe(true);
  });

  test('the last beep of a dryer comes within 70 s', () => {
    for (const seed of seeds) expect(made('dryer', seed, 70).beeps.at(-1)?.startS).toBeLessThan(70);
  });

  test('the signal of a pedestrian crossing has slow ticks and fast beeps', () => {
    for (const seed of seeds) {
      const { beeps } = made('crossing', seed);
      const gaps = beeps.slice(1).map(({ startS }, n) => startS - (beeps[n]?.startS ?? 0));
      expect(Math.min(...gaps)).toBeLessThan(0.3);
      expect(Math.max(...gaps)).toBeGreaterThan(0.5);
    }
  });

  test('the beeps of a parking sensor become faster', () => {
    for (const seed of seeds) {
      const { beeps } = made('parking_sensor', seed, 20);
      const first = (beeps[1]?.startS ?? 0) - (beeps[0]?.startS ?? 0);
      const last = (beeps.at(-1)?.startS ?? 0) - (beeps.at(-2)?.startS ?? 0);
      expect(last).toBeLessThan(first * 0.7);
    }
  });
});

describe('tonal sounds of a home that are not alarms', () => {
  test('the whistle of a kettle becomes louder and ends at a pitch between 1 and 5.7 kHz', () => {
    for (const seed of seeds) {
      const { samples } = made('kettle', seed, 13);
      const hz = strongestHz(samples.subarray(samplesOf(12), samplesOf(12.1)), 700, 5_800);
      expect(hz > 950 && hz < 5_700).toBe(true);
      const power = (from: number): number =>
        samples.subarray(samplesOf(from), samplesOf(from + 0.2)).reduce((sum, x) => sum + x * x, 0);
      expect(power(12)).toBeGreaterThan(4 * power(0));
    }
  });

  test('some kettles whistle with a nearly pure tone', () => {
    const shares = seeds.map((seed) => {
      const piece = made('kettle', seed, 13).samples.subarray(samplesOf(12), samplesOf(12.05));
      return powerAt(piece, strongestHz(piece, 700, 5_800));
    });
    expect(Math.max(...shares)).toBeGreaterThan(0.6);
    expect(Math.min(...shares)).toBeLessThan(0.45);
  });

  test('a melody of pure tones has one partial at a time, and several pitches', () => {
    for (const seed of seeds) {
      const { samples, beeps } = made('pure_melody', seed, 12);
      const pitches = beeps.slice(0, 12).flatMap(({ startS, lengthS }) => {
        const note = samples.subarray(samplesOf(startS + 0.01), samplesOf(startS + Math.min(lengthS, 0.2) - 0.01));
        const hz = measureHz(note);
        return Number.isFinite(hz) ? [hz] : [];
      });
      for (const hz of pitches) expect(hz > 650 && hz < 5_100).toBe(true);
      expect(Math.max(...pitches) / Math.min(...pitches)).toBeGreaterThan(1.1);
    }
  });

  test('a cricket has pulses of some milliseconds at a pitch between 2.5 and 5.5 kHz', () => {
    for (const seed of seeds) {
      const { samples } = made('cricket', seed, 4);
      const hz = strongestHz(samples.subarray(0, 3_200), 2_000, 6_500);
      expect(hz > 2_400 && hz < 5_700).toBe(true);
      const pulses = measureBeeps(samples, { rangeDb: 12, bridgeS: 0.004 });
      expect(pulses.length).toBeGreaterThan(10);
      for (const { lengthS } of pulses.slice(0, 5)) expect(lengthS).toBeLessThan(0.04);
    }
  });

  test('a piping bird repeats its note with a different length each time', () => {
    for (const seed of seeds) {
      const lengths = made('piping', seed).beeps.map(({ lengthS }) => lengthS);
      expect(lengths.length).toBeGreaterThan(5);
      expect(new Set(lengths).size).toBe(lengths.length);
    }
  });

  test('the howl of a microphone near its loudspeaker becomes louder', () => {
    for (const seed of seeds) {
      const { samples, beeps } = made('feedback', seed);
      const { startS, lengthS } = beeps[0] as { startS: number; lengthS: number };
      const peak = (atS: number): number =>
        samples.subarray(samplesOf(atS), samplesOf(atS + 0.01)).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(peak(startS)).toBeLessThan(peak(startS + lengthS * 0.9));
    }
  });

  test('a bell is struck at least three times in ten seconds', () => {
    for (const seed of seeds) expect(made('bell', seed, 10).beeps.length).toBeGreaterThan(2);
  });
});

describe('percussion, whose strokes are listed as beeps', () => {
  test('no single frequency has a quarter of the power of a cymbal stroke', () => {
    for (const seed of seeds) {
      const { samples, beeps } = made('percussion', seed, 6);
      const from = samplesOf(beeps[0]?.startS ?? 0);
      const struck = samples.subarray(from, from + samplesOf(0.1));
      expect(powerAt(struck, strongestHz(struck, 700, 7_800))).toBeLessThan(0.25);
    }
  });

  const manySeeds = Array.from({ length: 12 }, (_, seed) => seed);

  /**
   * The power of the differences between neighbouring samples. It is high at the click with which a stroke begins, and
   * falls while the stroke rings.
   */
  const clickAt = (samples: Float32Array, fromS: number, toS: number): number => {
    const piece = samples.subarray(Math.max(0, samplesOf(fromS)), samplesOf(toS));
    return piece.reduce((sum, x, i) => sum + (x - (piece[i - 1] ?? x)) ** 2, 0) / Math.max(1, piece.length);
  };

  test('most listed beeps of a percussion sound begin with a click, and nothing sounds before the first beep', () => {
    let [all, withClick] = [0, 0];
    for (const seed of manySeeds) {
      const { samples, beeps } = made('percussion', seed, 2);
      expect(samples.subarray(0, samplesOf(beeps[0]?.startS ?? 0)).every((x) => x === 0)).toBe(true);
      const clear = beeps.filter(
        ({ startS }) => clickAt(samples, startS, startS + 0.01) > 2 * clickAt(samples, startS - 0.004, startS - 0.0005),
      );
      all += beeps.length;
      withClick += clear.length;
    }
    // Only most strokes have a click, because the ringing of a hard stroke masks a soft stroke after it. At 0.05 s
    // after a stroke there is never a click.
    expect(withClick).toBeGreaterThan(0.7 * all);
  });

  test('even a percussion sound of 0.3 s contains a stroke', () => {
    for (let seed = 0; seed < 60; seed++) {
      const { samples, beeps } = made('percussion', seed, 0.3);
      expect(beeps.length).toBeGreaterThan(0);
      expect(samples.some((x) => x !== 0)).toBe(true);
    }
  });

  test('the number of single strokes in a percussion sound is chosen at random once at most', () => {
    for (const seed of manySeeds) {
      const random = new Random(`strokes/${seed}`);
      const integer = random.integer.bind(random);
      let drawn = 0;
      random.integer = (low, high) => {
        if (low === 1 && high === 3) drawn++;
        return integer(low, high);
      };
      nearMiss(random, 'percussion', 2);
      expect(drawn).toBeLessThan(2);
    }
  });
});
