import { describe, expect, test } from '@jest/globals';
import { Cadence } from '../contracts/candidate.ts';
import { DEVICE_FRONT_END, LogMel } from '../features/log-mel.ts';
import { addBeeps, babble, type BeepTimes, groupsOf, reverberant, t3, t4 } from '../testing/beeping.ts';
import { whiteNoise } from '../testing/noise.ts';
import { PATTERNS, RhythmReader, type Pattern, type Rhythms } from './rhythm-reader.ts';

const RATE = 16_000;
const AMPLITUDE = 0.1;
const QUIET = 0.002;
/** Two groups of a standard's rhythm must reach this fit, and other sounds must not. */
const CLEAR_FIT = 0.7;

function read(samples: Float32Array): Rhythms {
  const reader = new RhythmReader(DEVICE_FRONT_END);
  new LogMel(DEVICE_FRONT_END).push(samples, (mel, power) => reader.push(mel, power));
  return reader.read();
}

function inNoise(times: BeepTimes, hz: number, noise: number, { partials = [1], tailS = 0.5 } = {}): Float32Array {
  const [startS, lengthS] = times.at(-1) ?? [1, 0];
  const samples = whiteNoise(Math.round((startS + lengthS + tailS) * RATE), noise, 3);
  addBeeps(samples, times, hz, AMPLITUDE, partials);
  return samples;
}

const RICH = Array.from({ length: 12 }, (_, i) => i + 1);

describe("a standard's rhythm", () => {
  test.each([
    ['T3', 't3', t3(3), 3],
    ['T3 that is 10 % fast', 't3', t3(3, 0.9), 3],
    ['T3 that is 10 % slow', 't3', t3(3, 1.1), 3],
    ['T4', 't4', t4(3), 3],
    ['T4 that is 10 % fast', 't4', t4(3, 0.9), 3],
    ['T4 that is 10 % slow', 't4', t4(3, 1.1), 3],
  ] as const)('%s is read with all its groups', (_, pattern, times, groups) => {
    const { fit, groups: found, cadence } = read(inNoise(times, 3_100, QUIET))[pattern];
    expect(fit).toBeGreaterThan(CLEAR_FIT);
    expect(found).toBe(groups);
    expect(Cadence.parse(cadence)).toMatchObject({ pattern, groups });
    expect(Math.abs((cadence.toneHz ?? 0) - 3_100)).toBeLessThan(10);
  });

  test.each([350, 520, 1_000, 2_700, 3_600, 4_500])(
    'is read at %i Hz, as a pure tone and with all its harmonics',
    (hz) => {
      for (const partials of [[1], RICH.filter((n) => n * hz < 7_500)]) {
        expect(read(inNoise(t3(3), hz, QUIET, { partials })).t3.fit).toBeGreaterThan(CLEAR_FIT);
        expect(read(inNoise(t4(3), hz, QUIET, { partials })).t4.fit).toBeGreaterThan(CLEAR_FIT);
      }
    },
  );

  test.each([
    [2_000, 3_200],
    [4_000, 5_800],
    [5_200, 3_600],
  ])('is read from a tone that sweeps from %i to %i Hz within each beep', (fromHz, toHz) => {
    const samples = whiteNoise(14 * RATE, QUIET, 1);
    for (const [startS, lengthS] of t3(3)) {
      let phase = 0;
      for (let i = 0; i < lengthS * RATE; i++) {
        phase += (2 * Math.PI * (fromHz + ((toHz - fromHz) * i) / (lengthS * RATE))) / RATE;
        const at = Math.round(startS * RATE) + i;
        samples[at] = (samples[at] as number) + AMPLITUDE * Math.sin(phase);
      }
    }
    expect(read(samples).t3.fit).toBeGreaterThan(0.55);
  });

  test('does not count as a rhythm after a single group', () => {
    expect(read(inNoise(t3(1), 3_100, QUIET)).t3).toMatchObject({ fit: 0, groups: 1 });
    expect(read(inNoise(t4(1), 3_100, QUIET)).t4).toMatchObject({ fit: 0, groups: 1 });
  });

  test('is proven by the second group, also when the room was silent before the first one', () => {
    expect(read(inNoise(t3(2), 3_100, QUIET)).t3.proof).toBeGreaterThan(0.8);
    expect(read(inNoise(t4(2), 3_100, QUIET)).t4.proof).toBeGreaterThan(0.8);
  });

  test('continues across a cycle of T3 that the alarm mutes', () => {
    const times = t3(4).filter((_, i) => Math.floor(i / 3) !== 1);
    expect(read(inNoise(times, 3_100, QUIET)).t3.groups).toBe(3);
  });

  test('is read from two T4 groups a minute apart', () => {
    const { groups, proof } = read(inNoise(t4(2, 1, 60), 3_100, QUIET)).t4;
    expect(groups).toBe(2);
    expect(proof).toBeGreaterThan(0.25);
  });

  test('is read from two T4 groups a minute apart in a room where people talk', () => {
    const alarm = inNoise(t4(2, 1, 60), 3_100, QUIET);
    const talk = babble(alarm.length, 0.01, 7);
    const { groups, proof } = read(alarm.map((sample, i) => sample + (talk[i] as number))).t4;
    expect(groups).toBe(2);
    expect(proof).toBeGreaterThan(0.1);
  });

  test('has the loudest pitch of an alarm, not the harmonic whose rhythm is the clearest', () => {
    const samples = inNoise(t3(3), 600, QUIET, { partials: [1, 2, 3, 4, 5] });
    // A hum fills the pauses of the lowest harmonic.
    for (let i = 0; i < samples.length; i++)
      samples[i] = (samples[i] as number) + 0.05 * Math.sin((2 * Math.PI * 620 * i) / RATE);
    expect(Math.abs((read(samples).t3.cadence.toneHz ?? 0) - 600)).toBeLessThan(30);
  });

  test.each([
    ['T3', 't3', t3(3)],
    ['T4', 't4', t4(3)],
  ] as const)(
    'has a high "alone" for %s in a quiet room, and a low "alone" for one note of a melody',
    (_, pattern, times) => {
      const alarm = inNoise(times, 3_100, QUIET);
      expect(read(alarm)[pattern].pairs.alone).toBeGreaterThan(0.8);
      const melody = alarm.slice();
      // Two other notes sound in each second of the pauses.
      const pauses = Array.from({ length: 40 }, (_, n): [number, number] => [1.25 + n * 0.5, 0.4]).filter(
        ([startS]) =>
          startS < alarm.length / RATE - 0.5 &&
          !times.some(([atS, lengthS]) => startS < atS + lengthS && atS < startS + 0.4),
      );
      pauses.forEach((note, n) => addBeeps(melody, [note], [880, 1_320][n % 2] as number, AMPLITUDE, [1]));
      expect(read(melody)[pattern].groups).toBeGreaterThan(1);
      expect(read(melody)[pattern].pairs.alone).toBeLessThan(0.5);
    },
  );

  test('is read twice when two alarms sound at once, each with its own pitch', () => {
    const samples = inNoise(t3(5), 3_100, QUIET);
    addBeeps(
      samples,
      t4(3).map(([startS, lengthS]) => [startS + 0.4, lengthS]),
      1_900,
      AMPLITUDE,
    );
    const { t3: smoke, t4: gas } = read(samples.subarray(0, 14 * RATE));
    expect(smoke.fit).toBeGreaterThan(CLEAR_FIT);
    expect(gas.fit).toBeGreaterThan(0.55);
    expect(Math.abs((smoke.cadence.toneHz ?? 0) - 3_100)).toBeLessThan(100);
    expect(Math.abs((gas.cadence.toneHz ?? 0) - 1_900)).toBeLessThan(100);
  });

  test.each([10, 3, 0])(
    'is read in noise at a signal-to-noise ratio of %i dB in the band from 400 to 4500 Hz',
    (snrDb) => {
      // The tone's RMS is 0.071. White noise with an RMS of r has an RMS of r * sqrt(4100 / 8000) within this band.
      const noise = (AMPLITUDE / Math.SQRT2 / Math.sqrt(4_100 / 8_000)) * 10 ** (-snrDb / 20);
      expect(read(inNoise(t3(3), 3_100, noise)).t3.fit).toBeGreaterThan(CLEAR_FIT);
      expect(read(inNoise(t4(3), 3_100, noise)).t4.fit).toBeGreaterThan(0.5);
    },
  );

  test.each([0.3, 0.6])('is read in a room with a reverberation time of %p s', (rt60S) => {
    expect(read(reverberant(inNoise(t3(3), 3_000, QUIET), rt60S)).t3.fit).toBeGreaterThan(CLEAR_FIT);
    expect(read(reverberant(inNoise(t4(3), 3_000, QUIET), rt60S)).t4.fit).toBeGreaterThan(0.55);
  });

  test('says when its first beep began and when its last beep ended', () => {
    const { sinceSample, lastSample } = read(inNoise(t3(2), 3_100, QUIET)).t3;
    // The measured beginning includes the silence that belongs to the first group: half a step before its first beep.
    expect(Math.abs(sinceSample - 0.7 * RATE)).toBeLessThan(0.15 * RATE);
    expect(Math.abs(lastSample - 7.2 * RATE)).toBeLessThan(0.1 * RATE);
  });

  test('ends when no group follows within a cycle', () => {
    expect(read(inNoise(t3(3), 3_100, QUIET, { tailS: 3 })).t3.groups).toBe(3);
    expect(read(inNoise(t3(3), 3_100, QUIET, { tailS: 6 })).t3).toMatchObject({ fit: 0, groups: 0 });
  });
});

describe("sounds without a standard's rhythm", () => {
  test.each([
    ['noise', () => whiteNoise(20 * RATE, 0.1, 9)],
    ['speech', () => babble(20 * RATE, 0.1, 9)],
    ['fast beeps', () => inNoise(groupsOf(60, 0.1, 0.2, 0, 1), 2_000, QUIET)],
    [
      'four beeps every second, like those of alarm clocks',
      () => inNoise(groupsOf(4, 0.06, 0.125, 1, 14), 2_050, QUIET),
    ],
  ])('%s fits neither T3 nor T4', (_, sound) => {
    const { t3: smoke, t4: gas } = read(sound());
    expect(smoke.fit).toBeLessThan(CLEAR_FIT);
    expect(gas.fit).toBeLessThan(CLEAR_FIT);
  });
});

describe('a rhythm that is nearly T3 does not fit T3', () => {
  const CYCLES = [0, 1, 2, 3];
  test.each([
    ['a machine whose second and third strokes merge', [0, 0.5, 1, 1.5]],
    ['two beeps in a cycle', [0, 0.5, 1, 0.5]],
    ['four beeps in a cycle', [0, 0.5, 1, 0.5, 2, 0.5, 3, 0.5]],
  ] as const)('%s', (_, strokes) => {
    const times = CYCLES.flatMap((n) =>
      strokes.flatMap((atS, i) => (i % 2 === 0 ? [[1 + n * 4.4 + atS, strokes[i + 1]] as [number, number]] : [])),
    );
    expect(read(inNoise(times, 1_000, QUIET, { partials: RICH.slice(0, 7) })).t3.proof).toBeLessThan(0.2);
  });
});

describe('patterns without groups', () => {
  const best = (rhythms: Rhythms): Pattern => [...PATTERNS].reduce((a, b) => (rhythms[b].fit > rhythms[a].fit ? b : a));

  test.each([
    ['steady', groupsOf(10, 0.5, 1, 0, 1)],
    ['fast', groupsOf(40, 0.12, 0.24, 0, 1)],
    ['fast', groupsOf(24, 0.35, 0.5, 0, 1)],
    ['continuous', [[1, 8]] as BeepTimes],
  ] as const)('reads a %s sound', (pattern, times) => {
    const rhythms = read(inNoise(times, 3_100, QUIET, { tailS: 0.02 }));
    expect(best(rhythms)).toBe(pattern);
    expect(Math.abs((rhythms[pattern].cadence.toneHz ?? 0) - 3_100)).toBeLessThan(20);
  });

  test('reads a chirp that repeats every 40 s', () => {
    const { chirp } = read(inNoise(groupsOf(1, 0.06, 0, 40, 3), 3_100, QUIET, { tailS: 2 }));
    expect(chirp.fit).toBeGreaterThan(CLEAR_FIT);
    expect(chirp.cadence).toMatchObject({ pattern: 'chirp', beeps: 3 });
    expect(Math.abs((chirp.cadence.periodS ?? 0) - 40)).toBeLessThan(0.1);
  });

  test('reads a tone that sweeps again and again', () => {
    const samples = whiteNoise(6 * RATE, QUIET, 1);
    let phase = 0;
    samples.forEach((x, i) => {
      phase += (2 * Math.PI * (2_400 + 900 * ((i / RATE / 0.4) % 1))) / RATE;
      samples[i] = x + AMPLITUDE * Math.sin(phase);
    });
    const { sweep } = read(samples);
    expect(sweep.fit).toBeGreaterThan(0.5);
    expect(Math.abs((sweep.cadence.periodS ?? 0) - 0.4)).toBeLessThan(0.021);
  });
});

test('frames that the front end skips between two groups do not interrupt the rhythm', () => {
  const samples = inNoise(t4(3), 3_100, QUIET);
  const reader = new RhythmReader(DEVICE_FRONT_END);
  let frame = 0;
  let asleep = 0;
  // The front end skips frames from 2 s after each group to 1 s before the next one.
  const isAsleep = (atS: number): boolean => (atS > 3.4 && atS < 5.5) || (atS > 9.2 && atS < 11.3);
  new LogMel(DEVICE_FRONT_END).push(samples, (mel, power) => {
    if (isAsleep(frame++ * 0.02)) {
      asleep++;
      return;
    }
    if (asleep > 0) reader.sleep(asleep);
    asleep = 0;
    reader.push(mel, power);
  });
  expect(reader.read().t4).toMatchObject({ groups: 3 });
  expect(reader.read().t4.fit).toBeGreaterThan(CLEAR_FIT);
});

test('the pitch of a reading is that of its own groups, also when it is read after later groups, and it is measured only once', () => {
  const sound = inNoise(t3(2), 3_100, QUIET);
  const later = inNoise(t3(6), 1_000, QUIET);
  const reader = new RhythmReader(DEVICE_FRONT_END);
  const logMel = new LogMel(DEVICE_FRONT_END);
  logMel.push(sound, (mel, power) => reader.push(mel, power));
  const { t3: rhythm } = reader.read();
  logMel.push(later.subarray(0, 9 * RATE), (mel, power) => reader.push(mel, power));
  const { cadence } = rhythm;
  expect(Math.abs((cadence.toneHz ?? 0) - 3_100)).toBeLessThan(10);
  logMel.push(later, (mel, power) => reader.push(mel, power));
  expect(rhythm.cadence).toBe(cadence);
});
