import { describe, expect, test } from '@jest/globals';
import { DEVICE_FRONT_END, LogMel } from '../features/log-mel.ts';
import { addBeeps, type BeepTimes, groupsOf, t3, t4 } from '../testing/beeping.ts';
import { whiteNoise } from '../testing/noise.ts';
import { NO_PAIR } from './group-chains.ts';
import { PATTERNS, RhythmReader, type Pattern, type Rhythm } from './rhythm-reader.ts';

const RATE = 16_000;
const HZ = 3_100;
/**
 * How far, in seconds, a measured time may be from the true one: a frame's time is that of its middle, and echoes or
 * noise shift an end by a frame or two.
 */
const NEAR = 0.06;

const near = (value: number, within = NEAR): unknown => ({
  asymmetricMatch: (other: unknown) => typeof other === 'number' && Math.abs(other - value) <= within,
  toString: () => `near ${value}`,
});

function listen(times: BeepTimes, lengthS: number, firstSample = 0): RhythmReader {
  const samples = whiteNoise(Math.round(lengthS * RATE), 0.002, 3);
  addBeeps(samples, times, HZ, 0.1);
  const reader = new RhythmReader(DEVICE_FRONT_END, firstSample);
  new LogMel(DEVICE_FRONT_END).push(samples, (mel, power) => reader.push(mel, power));
  return reader;
}

/** The reading of one pattern, with its times in seconds. */
function read(pattern: Pattern, times: BeepTimes, lengthS: number): Rhythm & { sinceS: number; lastS: number } {
  const rhythm = listen(times, lengthS).read()[pattern];
  return { ...rhythm, cadence: rhythm.cadence, sinceS: rhythm.sinceSample / RATE, lastS: rhythm.lastSample / RATE };
}

describe('a quiet room', () => {
  test('contains no pattern', () => {
    const rhythms = listen([], 3).read();
    for (const pattern of PATTERNS)
      expect(rhythms[pattern]).toEqual({
        fit: 0,
        proof: 0,
        groups: 0,
        pairs: NO_PAIR,
        cadence: { pattern: 'none', toneHz: null, onS: 0, offS: 0, periodS: null, beeps: 0, groups: 0, fit: 0 },
        sinceSample: 0,
        lastSample: 0,
      });
  });
});

describe('the reading of T3 and T4 groups of beeps', () => {
  test.each([
    ['t3', t3(3), { onS: 0.5, offS: 0.5, periodS: 4, beeps: 9, lastS: 11.2 }],
    ['t4', t4(3), { onS: 0.1, offS: 0.1, periodS: 5.8, beeps: 12, lastS: 13 }],
  ] as const)('of %s contains the times of its beeps', (pattern, times, { onS, offS, periodS, beeps, lastS }) => {
    const { cadence, ...rhythm } = read(pattern, times, lastS + 0.4);
    expect(rhythm).toMatchObject({ groups: 3, sinceS: near(0.7, 0.2), lastS: near(lastS) });
    expect(rhythm.fit).toBeGreaterThan(0.85);
    expect(rhythm.pairs.alone).toBeGreaterThan(0.8);
    expect(rhythm.proof).toBeGreaterThan(0.8);
    // The highest possible proof: a fit of 0.98 for the standard and of 0 for every other rhythm.
    expect(rhythm.proof).toBeLessThan(1.62);
    expect(cadence).toEqual({
      pattern,
      toneHz: near(HZ, 10),
      toneRangeHz: [near(HZ, 10), near(HZ, 10)],
      onS: near(onS),
      offS: near(offS),
      periodS: near(periodS),
      beeps,
      groups: 3,
      fit: near(rhythm.fit * rhythm.pairs.alone, 1e-9),
    });
  });

  test('of beeps that sweep contains the range of their pitch', () => {
    const samples = whiteNoise(8 * RATE, 0.002, 3);
    for (const [startS, lengthS] of t3(2)) {
      let phase = 0;
      for (let i = Math.round(startS * RATE); i < (startS + lengthS) * RATE; i++) {
        phase += (2 * Math.PI * (2_800 + 1_000 * ((i / RATE - startS) / lengthS))) / RATE;
        samples[i] = samples[i]! + 0.1 * Math.sin(phase);
      }
    }
    const reader = new RhythmReader(DEVICE_FRONT_END);
    new LogMel(DEVICE_FRONT_END).push(samples, (mel, power) => reader.push(mel, power));
    expect(reader.read().t3.cadence.toneRangeHz).toEqual([near(2_900, 60), near(3_700, 60)]);
  });

  test('of a single group has half its fit and no proof', () => {
    const { cadence, ...rhythm } = read('t3', t3(1), 3.6);
    expect(rhythm).toMatchObject({ fit: 0, proof: 0, pairs: NO_PAIR, groups: 1 });
    expect(cadence).toMatchObject({ periodS: null, beeps: 3, groups: 1, fit: near(0.45, 0.05) });
  });

  test('starts at the first sample of the stream', () => {
    const [first, later] = [0, 8_000].map((sample) => listen(t3(2), 7.5, sample).read().t3);
    expect(later!.sinceSample).toBe(first!.sinceSample + 8_000);
    expect(later!.lastSample).toBe(first!.lastSample + 8_000);
  });
});

describe('the reading of evenly spaced beeps', () => {
  const steady = (beeps: number, onS = 0.5, stepS = 1) => groupsOf(beeps, onS, stepS, 0, 1);

  test('contains the times of steady beeps, and its fit follows from their number', () => {
    const { cadence, ...rhythm } = read('steady', steady(7), 7.4);
    const fit = (cadence.beeps - 3) / 5;
    expect(cadence.beeps).toBeGreaterThanOrEqual(6);
    expect(rhythm).toMatchObject({ fit, proof: fit, groups: 0, pairs: NO_PAIR, lastS: near(7.2, 0.1) });
    expect(rhythm.sinceS).toBeCloseTo(0.7 + 7 - cadence.beeps, 1);
    expect(cadence).toEqual({
      pattern: 'steady',
      toneHz: near(HZ, 20),
      onS: near(0.5, 0.1),
      offS: near(0.5, 0.1),
      periodS: near(1),
      beeps: cadence.beeps,
      groups: cadence.beeps,
      fit,
    });
  });

  test('has the highest fit from eight steady beeps on', () => expect(read('steady', steady(11), 11.4).fit).toBe(1));

  test.each([
    ['three beeps', steady(3), 3.4],
    ['a step of 3 s', steady(6, 1, 3), 17],
    ['beeps of 2 s', steady(6, 2, 2.5), 15.6],
    ['beeps of 0.15 s', steady(8, 0.15, 0.8), 7],
    ['a step of 0.5 s', steady(12, 0.3, 0.5), 6.8],
    ['beeps that ended two steps ago', steady(7), 9.5],
  ])('is not "steady" for %s', (_, times, lengthS) => expect(read('steady', times, lengthS).fit).toBe(0));

  test('is still "steady" one and a half steps after the last beep', () => {
    expect(read('steady', steady(7), 8.7).fit).toBeGreaterThan(0.5);
  });

  test('needs more beeps for the pattern "fast" than for "steady"', () => {
    const { cadence, fit } = read('fast', steady(11, 0.12, 0.24), 3.4);
    expect(fit).toBeCloseTo((cadence.beeps - 4) / 12);
    expect(cadence).toMatchObject({ pattern: 'fast', periodS: near(0.24, 0.01), onS: near(0.12, 0.05) });
    expect(read('fast', steady(4, 0.12, 0.24), 1.8).fit).toBe(0);
  });
});

describe('the reading of a continuous tone', () => {
  test('contains the length of the tone, and has the highest fit from 6 s on', () => {
    const { cadence, ...rhythm } = read('continuous', [[1, 3]], 4);
    const fit = cadence.onS / 6.05;
    expect(rhythm).toMatchObject({ fit: near(fit, 1e-9), proof: rhythm.fit, groups: 0, pairs: NO_PAIR });
    expect(rhythm).toMatchObject({ sinceS: near(1), lastS: near(4) });
    expect(cadence).toMatchObject({
      pattern: 'continuous',
      toneHz: near(HZ, 10),
      onS: near(3),
      periodS: null,
      beeps: 1,
      groups: 1,
      fit: rhythm.fit,
    });
    expect(read('continuous', [[1, 7]], 8).fit).toBe(1);
  });

  test('lasts until the middle of the newest frame', () => {
    const newest = Math.floor((4 * RATE - 512) / 320) + 1;
    expect(read('continuous', [[1, 3]], 4).lastSample).toBe(newest * 320 + 256);
  });

  test('begins only when the tone has lasted 1.8 s, because a shorter tone is a beep', () => {
    expect(read('continuous', [[1, 1.7]], 2.7).fit).toBe(0);
    expect(read('continuous', [[1, 1.95]], 2.95).fit).toBeGreaterThan(0.3);
  });

  test('ends with the tone', () => expect(read('continuous', [[1, 3]], 4.5).fit).toBe(0));
});

describe('the reading of a chirp', () => {
  const CHIRP: BeepTimes = [[1, 0.1]];

  test('contains its time and length', () => {
    const { cadence, ...rhythm } = read('chirp', CHIRP, 3);
    expect(rhythm).toMatchObject({
      fit: 0.25,
      proof: 0.25,
      groups: 1,
      pairs: NO_PAIR,
      sinceS: near(1),
      lastS: near(1.1),
    });
    expect(cadence).toMatchObject({
      pattern: 'chirp',
      toneHz: near(HZ, 20),
      onS: near(0.1),
      periodS: null,
      beeps: 1,
      groups: 1,
      fit: 0.25,
    });
  });

  test('ends when the longest pause of an alarm has passed', () => {
    expect(read('chirp', CHIRP, 6.9).fit).toBe(0.25);
    expect(read('chirp', CHIRP, 7.5).fit).toBe(0);
  });

  test('exists also when the front end sleeps right after the chirp', () => {
    const reader = listen(CHIRP, 1.12);
    reader.sleep(100);
    expect(reader.read().chirp).toMatchObject({ fit: 0.25, lastSample: near(1.1 * RATE, 0.1 * RATE) });
  });
});

test('the reading of a sweep contains the middle of its range, its period and the number of sweeps', () => {
  const samples = whiteNoise(4 * RATE, 0.002, 1);
  let phase = 0;
  for (let i = RATE; i < samples.length; i++) {
    phase += (2 * Math.PI * (2_400 + 900 * ((i / RATE / 0.4) % 1))) / RATE;
    samples[i] = samples[i]! + 0.1 * Math.sin(phase);
  }
  const reader = new RhythmReader(DEVICE_FRONT_END);
  new LogMel(DEVICE_FRONT_END).push(samples, (mel, power) => reader.push(mel, power));
  const { cadence, fit, ...rhythm } = reader.read().sweep;
  expect(rhythm).toMatchObject({ proof: fit, groups: 0, pairs: NO_PAIR });
  expect(rhythm.sinceSample / RATE).toBeCloseTo(1, 0);
  expect(rhythm.lastSample / RATE).toBeCloseTo(4, 1);
  expect(cadence).toMatchObject({
    pattern: 'sweep',
    toneHz: near(2_850, 60),
    onS: cadence.periodS,
    periodS: near(0.4, 0.021),
    beeps: 7,
    groups: 7,
    fit,
  });
  reader.sleep(250);
  expect(reader.read().sweep.fit).toBe(0);
});

describe('the stability of the pitch', () => {
  test('is 1 for one tone and low for noise', () => {
    expect(listen([[0.5, 3.5]], 4).pitchStability).toBeGreaterThan(0.95);
    expect(listen([], 4).pitchStability).toBeLessThan(0.6);
  });

  test('covers the last 4 s', () => expect(listen([[0.5, 3]], 9).pitchStability).toBeLessThan(0.6));
});
