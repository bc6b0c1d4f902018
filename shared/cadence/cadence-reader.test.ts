import { describe, expect, test } from '@jest/globals';
import { Cadence } from '../contracts/candidate.ts';
import { DEVICE_FRONT_END, LogMel } from '../features/log-mel.ts';
import { addBeeps, babble, type BeepTimes, groupsOf, reverberant, t3, t4 } from '../testing/beeping.ts';
import { whiteNoise } from '../testing/noise.ts';
import { CadenceReader, type CadenceReading, explain } from './cadence-reader.ts';

const AMPLITUDE = 0.1;
const QUIET = 0.002;

function read(samples: Float32Array): CadenceReading {
  const reader = new CadenceReader();
  new LogMel(DEVICE_FRONT_END).push(samples, (_mel, power, atSample) => reader.push(power, atSample));
  return reader.read();
}

function inNoise(times: BeepTimes, hz: number, noise: number, { partials = [1], tailS = 0.5 } = {}): Float32Array {
  const [startS, lengthS] = times.at(-1) ?? [1, 0];
  const samples = whiteNoise(Math.round((startS + lengthS + tailS) * 16_000), noise, 3);
  addBeeps(samples, times, hz, AMPLITUDE, partials);
  return samples;
}

describe('names and measures', () => {
  const cases: [string, BeepTimes, Partial<Cadence>][] = [
    ['T3', t3(3), { pattern: 't3', onS: 0.5, offS: 0.5, periodS: 4, groups: 3, beeps: 9 }],
    ['T3, 10 % fast', t3(3, 0.9), { pattern: 't3', onS: 0.45, offS: 0.45, periodS: 3.6, groups: 3 }],
    ['T3, 10 % slow', t3(3, 1.1), { pattern: 't3', onS: 0.55, offS: 0.55, periodS: 4.4, groups: 3 }],
    [
      'T3 with a muted cycle in four',
      t3(6).filter((_, i) => Math.floor(i / 3) % 4 !== 2),
      { pattern: 't3', periodS: 4, groups: 5 },
    ],
    ['T4', t4(3), { pattern: 't4', onS: 0.1, offS: 0.1, periodS: 5.8, groups: 3, beeps: 12 }],
    ['T4, 10 % fast', t4(3, 0.9), { pattern: 't4', onS: 0.09, offS: 0.09, periodS: 5.22, groups: 3 }],
    ['T4, 10 % slow', t4(3, 1.1), { pattern: 't4', onS: 0.11, offS: 0.11, periodS: 6.38, groups: 3 }],
    ['T4 after its first minutes', t4(2, 1, 60), { pattern: 't4', onS: 0.1, periodS: 60, groups: 2 }],
    ['steady beeps', groupsOf(10, 0.5, 1, 0, 1), { pattern: 'steady', onS: 0.5, offS: 0.5, beeps: 10 }],
    ['fast beeps of 0.12 s', groupsOf(20, 0.12, 0.24, 0, 1), { pattern: 'fast', onS: 0.12, offS: 0.12, beeps: 20 }],
    ['fast beeps of 0.35 s', groupsOf(14, 0.35, 0.5, 0, 1), { pattern: 'fast', onS: 0.35, offS: 0.15, beeps: 14 }],
    ['a continuous tone', [[1, 7]], { pattern: 'continuous', onS: 7 }],
    ['a chirp every 30 s', groupsOf(1, 0.06, 0, 30, 3), { pattern: 'chirp', onS: 0.06, periodS: 30, beeps: 3 }],
  ];

  test.each(cases)('%s', (_, times, expected) => {
    const cadence = read(inNoise(times, 3_100, QUIET, { tailS: expected.pattern === 'chirp' ? 2 : 0.5 }));
    expect(Cadence.parse(cadence).pattern).toBe(expected.pattern);
    expect(cadence.fit).toBeGreaterThan(0.85);
    expect(Math.abs((cadence.toneHz ?? 0) - 3_100)).toBeLessThan(5);
    for (const [name, value] of Object.entries(expected)) {
      if (typeof value !== 'number') continue;
      // Beeps are known to 12 ms, more than half a frame; counts exactly.
      const allowed = name.endsWith('S') ? 0.012 : 0;
      expect(`${name} ${Math.abs((cadence[name as keyof Cadence] as number) - value) <= allowed}`).toBe(`${name} true`);
    }
  });

  test.each([520, 1_000, 2_700, 3_100, 3_600, 4_400])('T3 at %i Hz', (hz) => {
    const cadence = read(inNoise(t3(2), hz, QUIET));
    expect(cadence.pattern).toBe('t3');
    expect(Math.abs((cadence.toneHz ?? 0) - hz)).toBeLessThan(5);
  });

  test('a square-wave sounder of 520 Hz by its fundamental', () => {
    const cadence = read(inNoise(t3(2), 520, QUIET, { partials: [1, 3, 5] }));
    expect(cadence.pattern).toBe('t3');
    expect(Math.abs((cadence.toneHz ?? 0) - 520)).toBeLessThan(10);
  });

  test('a sweeping sounder', () => {
    const samples = whiteNoise(6 * 16_000, QUIET, 1);
    let phase = 0;
    samples.forEach((x, i) => {
      phase += (2 * Math.PI * (2_400 + 900 * ((i / 16_000 / 0.4) % 1))) / 16_000;
      samples[i] = x + AMPLITUDE * Math.sin(phase);
    });
    const cadence = read(samples);
    expect(cadence.pattern).toBe('sweep');
    expect(cadence.fit).toBeGreaterThan(0.5);
    expect(Math.abs((cadence.periodS ?? 0) - 0.4)).toBeLessThan(0.021);
  });
});

describe('holds in', () => {
  // The tone's RMS is 0.071; white noise of RMS r has r * sqrt(4100 / 8000) of it between 400 and 4500 Hz.
  test.each([10, 3, 0, -3])('noise at %i dB in the band from 400 to 4500 Hz', (snrDb) => {
    const noise = (AMPLITUDE / Math.SQRT2 / Math.sqrt(4_100 / 8_000)) * 10 ** (-snrDb / 20);
    for (const [pattern, times] of [
      ['t3', t3(3)],
      ['t4', t4(3)],
    ] as const) {
      const cadence = read(inNoise(times, 3_100, noise));
      expect(cadence.pattern).toBe(pattern);
      expect(cadence.groups).toBeGreaterThanOrEqual(2);
      expect(cadence.fit).toBeGreaterThan(0.7);
    }
  });

  test.each([0.3, 0.6, 1])('a room that rings for %p s', (rt60S) => {
    for (const [pattern, times] of [
      ['t3', t3(3)],
      ['t4', t4(3)],
    ] as const) {
      if (pattern === 't4' && rt60S > 0.8) continue;
      const cadence = read(reverberant(inNoise(times, 3_000, QUIET), rt60S));
      expect(cadence.pattern).toBe(pattern);
      expect(cadence.groups).toBe(3);
      expect(Math.abs((cadence.periodS ?? 0) - (pattern === 't3' ? 4 : 5.8))).toBeLessThan(0.05);
    }
  });

  test.each([
    [3_100, [1]],
    [520, [1, 3, 5]],
  ])('speech as loud as the alarm itself (%i Hz)', (hz, partials) => {
    const samples = inNoise(t3(3), hz, QUIET, { partials });
    const voices = babble(samples.length, AMPLITUDE / Math.SQRT2, 5);
    const cadence = read(samples.map((x, i) => x + (voices[i] as number)));
    expect(cadence.pattern).toBe('t3');
    expect(cadence.groups).toBeGreaterThanOrEqual(2);
  });

  test.each([0.04, 0.06])('a dip of %p s in every beep, as rooms make them, which is no gap', (dipS) => {
    const samples = inNoise(t3(3), 3_000, QUIET);
    for (const [startS] of t3(3)) {
      const [dip, level] = [Math.round((startS + 0.13) * 16_000), Math.round((startS + 0.13 + dipS) * 16_000)];
      samples.fill(0, dip, level);
      for (let i = level; i < level + 5_300; i++) samples[i] = 0.6 * (samples[i] as number);
    }
    expect(read(samples)).toMatchObject({ pattern: 't3', groups: 3 });
  });

  test('two units out of phase', () => {
    const samples = inNoise(t3(4), 3_000, QUIET);
    addBeeps(
      samples,
      t3(4).map(([startS, lengthS]) => [startS + 0.7, lengthS]),
      3_250,
      AMPLITUDE,
    );
    const cadence = read(samples);
    expect(cadence).toMatchObject({ pattern: 't3' });
    expect(cadence.groups).toBeGreaterThanOrEqual(3);
  });
});

describe('is not taken in by', () => {
  test('noise and speech', () => {
    expect(read(whiteNoise(20 * 16_000, 0.1, 9)).fit).toBeLessThan(0.3);
    expect(read(babble(20 * 16_000, 0.1, 9)).fit).toBeLessThan(0.3);
  });

  test('a microwave, whose beeps end: after a few seconds the reading says so', () => {
    const beeps = groupsOf(5, 0.6, 1.2, 0, 1);
    expect(read(inNoise(beeps, 2_050, QUIET, { tailS: 0.5 })).ended).toBe(false);
    const after = read(inNoise(beeps, 2_050, QUIET, { tailS: 4 }));
    expect(after).toMatchObject({ ended: true, beeps: 5 });
    expect(['t3', 't4', 'fast']).not.toContain(after.pattern);
  });

  test('an alarm behind plates that rang a little lower', () => {
    const samples = whiteNoise(21 * 16_000, 0.0002, 3);
    addBeeps(samples, groupsOf(5, 0.15, 0.7, 0, 1), 2_780, 0.002);
    addBeeps(
      samples,
      t3(4).map(([startS, lengthS]) => [startS + 3, lengthS] as const),
      2_900,
      0.3,
    );
    expect(read(samples)).toMatchObject({ pattern: 't3', groups: 4 });
  });

  test('an alarm in the pause between its groups, which has not ended', () => {
    expect(read(inNoise(t3(3), 3_100, QUIET, { tailS: 1.4 })).ended).toBe(false);
    expect(read(inNoise(t4(3), 3_100, QUIET, { tailS: 5 })).ended).toBe(false);
    expect(read(inNoise(t3(3), 3_100, QUIET, { tailS: 12 })).ended).toBe(true);
  });

  test('a chime: its tones decay, which the flatness shows', () => {
    const samples = whiteNoise(6 * 16_000, QUIET, 1);
    for (const startS of [1, 2, 3]) {
      for (let i = 0; i < 12_000; i++) {
        const at = startS * 16_000 + i;
        samples[at] = (samples[at] as number) + 0.2 * Math.exp(-i / 2_000) * Math.sin((2 * Math.PI * 660 * i) / 16_000);
      }
    }
    const chime = read(samples);
    const alarm = read(inNoise(t3(1), 660, QUIET));
    expect(chime.flatness).toBeLessThan(0.93);
    expect(alarm.flatness).toBeGreaterThan(0.97);
  });
});

test('knows since when the pattern sounds, and when its last beep ended', () => {
  const cadence = read(inNoise(t3(2), 3_100, QUIET, { tailS: 1 }));
  expect(Math.abs(cadence.sinceSample - 0.7 * 16_000)).toBeLessThan(300);
  expect(Math.abs(cadence.lastSample - 7.2 * 16_000)).toBeLessThan(300);
});

test('forgets all on reset', () => {
  const reader = new CadenceReader();
  const samples = inNoise(t3(2), 3_100, QUIET);
  new LogMel(DEVICE_FRONT_END).push(samples, (_mel, power, atSample) => reader.push(power, atSample));
  reader.reset();
  expect(reader.read()).toMatchObject({ pattern: 'none', beeps: 0, toneHz: null });
});

describe('explains itself', () => {
  const base: Cadence = {
    pattern: 'none',
    toneHz: 3_130,
    onS: 0.5,
    offS: 0.5,
    periodS: null,
    beeps: 0,
    groups: 0,
    fit: 1,
  };
  test.each<[Partial<Cadence>, string]>([
    [{ pattern: 't3', groups: 4 }, 'three beeps of 0.5 s at 3.1 kHz, four times'],
    [{ pattern: 't3', groups: 1, beeps: 5 }, 'three beeps of 0.5 s at 3.1 kHz, and again'],
    [{ pattern: 't4', onS: 0.1, groups: 2 }, 'four beeps of 0.1 s at 3.1 kHz, twice'],
    [{ pattern: 'steady', beeps: 9, toneHz: 521 }, 'nine beeps of 0.5 s at 520 Hz, 1.0 s apart'],
    [{ pattern: 'fast', beeps: 14, onS: 0.15, offS: 0.1 }, '14 fast beeps of 0.15 s at 3.1 kHz, 0.25 s apart'],
    [{ pattern: 'continuous', onS: 12.2 }, 'a continuous tone at 3.1 kHz for 12 s'],
    [{ pattern: 'sweep', groups: 6 }, 'a tone that sweeps around 3.1 kHz, six times'],
    [{ pattern: 'chirp', beeps: 1, onS: 0.06 }, 'one chirp of 0.06 s at 3.1 kHz'],
    [{ pattern: 'chirp', beeps: 3, onS: 0.06, periodS: 41 }, 'a chirp of 0.06 s at 3.1 kHz every 41 s, three times'],
    [{ beeps: 0, toneHz: null }, 'no beeps'],
    [{ beeps: 2 }, 'two beeps of 0.5 s at 3.1 kHz so far'],
    [{ beeps: 7 }, 'seven tones at 3.1 kHz in no pattern'],
  ])('%p', (part, sentence) => expect(explain({ ...base, ...part })).toBe(sentence));
});
