import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DRY } from './room.ts';
import type { SceneMaker } from './scene-maker.ts';
import { houseDay } from './house-day.ts';
import { planHouseDay } from './homes/day-plan.ts';
import { openedMaker, smallMaker } from './testing/small-maker.ts';

let folder: string;
let maker: SceneMaker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-scenes-'));
  maker = await smallMaker(folder);
});
afterAll(async () => {
  maker.close();
  await rm(folder, { recursive: true });
});

const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
const peak = (samples: Float32Array): number => samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe('a scene', () => {
  test('a scene has the same samples for the same seed, even from another scene maker', async () => {
    const other = await openedMaker(folder);
    expect(other.render(5)).toEqual(maker.render(5));
    expect(other.render(6).samples).not.toEqual(maker.render(5).samples);
    other.close();
  });

  test('a scene for calibration has different synthesised sounds than the training scene with the same number', async () => {
    const [fit, calibrate] = [await openedMaker(folder, 'fit'), await openedMaker(folder, 'calibrate')];
    const dry = { about: 'near_miss', setting: 'clip', room: DRY } as const;
    expect(calibrate.render(5, dry).samples).not.toEqual(fit.render(5, dry).samples);
    fit.close();
    calibrate.close();
  });

  test('a near-miss scene of the kind kettle sounds until the end of the scene', () => {
    const kettle = {
      about: 'near_miss',
      nearMiss: 'kettle',
      setting: 'clip',
      durationS: 20,
      television: false,
    } as const;
    for (let n = 0; n < 12; n++) {
      const { samples } = maker.render(n, kettle);
      expect(rms(samples.subarray(-samples.length / 3))).toBeGreaterThan(0.3 * rms(samples));
    }
  });

  test('a near-miss scene contains a sound that resembles an alarm, until the end of the scene, and no event', () => {
    const long = { about: 'near_miss', setting: 'clip', durationS: 32, television: false } as const;
    const lastThird = Array.from({ length: 12 }, (_, n) => maker.render(n, long)).map(({ samples, events }) => {
      expect(events).toEqual([]);
      return rms(samples.subarray(-samples.length / 3)) > 0.1 * rms(samples);
    });
    // Half of the kinds of near misses end before the scene does, for example a cough or an oven's timer.
    expect(lastThird.filter(Boolean).length).toBeGreaterThan(3);
  });

  test('a scene does not depend on the scenes that were rendered before', () => {
    const fresh = maker.render(9).samples;
    maker.render(10);
    expect(maker.render(9).samples).toEqual(fresh);
  });

  test('a scene of any seed is finite, within full scale and has the requested length', () => {
    for (let seed = 0; seed < 25; seed++) {
      const { samples } = maker.render(seed, { durationS: 6 });
      expect(samples).toHaveLength(96_000);
      expect(samples.every(Number.isFinite)).toBe(true);
      expect(peak(samples)).toBeLessThanOrEqual(1);
    }
  });

  test('the samples of a scene are clipped only if that is requested', () => {
    const atCeiling = (samples: Float32Array): number => {
      const most = peak(samples);
      return samples.filter((x) => Math.abs(x) > most * 0.9999).length;
    };
    const options = { about: 'smoke_alarm', setting: 'clip', room: DRY, levelDbfs: -6 } as const;
    expect(atCeiling(maker.render(3, { ...options, clip: false }).samples)).toBeLessThan(20);
    expect(atCeiling(maker.render(3, { ...options, clip: true }).samples)).toBeGreaterThan(200);
  });

  test('the times in the labels of a scene match the times of the sound in the samples', () => {
    for (let seed = 0; seed < 12; seed++) {
      const { samples, events } = maker.render(seed, {
        about: 'smoke_alarm',
        setting: 'home',
        snrDb: 30,
        room: DRY,
        television: false,
        clip: false,
        // Further units would begin later and make the rest of the sound louder than its first beep.
        event: { alarm: { units: 1 } },
      });
      const [event] = events.filter(({ label }) => label === 'smoke_alarm');
      if (!event) throw new Error('the alarm is missing');
      const [beep] = event.beeps;
      if (!beep) throw new Error('the alarm is silent');
      const at = (seconds: number): number => Math.round(seconds * 16_000);
      const inside = samples.subarray(at(beep.startS) + 480, at(beep.startS + Math.min(beep.lengthS, 1)) - 160);
      expect(rms(inside)).toBeGreaterThan(3 * rms(samples) * 0.3);
      expect(beep.startS + beep.lengthS).toBeLessThanOrEqual(10.0001);
      expect(event.startS).toBeCloseTo(beep.startS, 6);
    }
  });

  test.each([0, 10, 20])(
    'the event of a scene with an SNR of %i dB is this much louder than the background',
    (snrDb) => {
      // Use one steady tone over one steady noise, so that both can be measured separately.
      const options = {
        about: 'smoke_alarm',
        setting: 'home',
        room: DRY,
        television: false,
        clip: false,
        levelDbfs: -20,
      } as const;
      const event = {
        from: 'synthesis',
        alarm: { pattern: 'steady', units: 1, voice: false, muted: false, maxGroups: 99 },
      } as const;
      const errors = [21, 22, 23, 24, 25].flatMap((seed) => {
        const scene = maker.render(seed, { ...options, event, snrDb });
        const clean = maker.render(seed, { ...options, event, snrDb: 80 });
        const alarm = scene.events.find(({ label }) => label === 'smoke_alarm');
        // Skip scenes with other events, because these would be measured, too.
        if (!alarm || scene.events.length > 1 || scene.slices['codec'] === 'yes') return [];
        const background = Float32Array.from(scene.samples, (x, i) => x - (clean.samples[i] ?? 0));
        const beeps = alarm.beeps.map(({ startS, lengthS }) =>
          clean.samples.subarray(Math.round(startS * 16_000), Math.round((startS + Math.min(0.4, lengthS)) * 16_000)),
        );
        const loud = Math.sqrt(beeps.reduce((sum, beep) => sum + rms(beep) ** 2, 0) / beeps.length);
        return [20 * Math.log10(loud / rms(background)) - snrDb];
      });
      expect(errors.length).toBeGreaterThan(1);
      // Test the median error, because the microphone changes tone and noise differently, by up to 8 dB.
      errors.sort((a, b) => Math.abs(a) - Math.abs(b));
      expect(Math.abs(errors[Math.floor(errors.length / 2)] ?? 99)).toBeLessThan(8);
    },
  );

  test('detections in sounds with an ambiguous label count neither as right nor as wrong', () => {
    const { ignored } = maker.render(2, { about: 'none', setting: 'home', television: true });
    expect(ignored.some(({ heads }) => heads !== '*' && heads.includes('footsteps'))).toBe(true);
  });
});

describe('a house day', () => {
  const collect = async (
    pieceS: number,
    toS = 8 * 3_600,
    fromS = 7.5 * 3_600,
  ): Promise<{ samples: Float32Array[]; labels: string[] }> => {
    const samples: Float32Array[] = [];
    const labels: string[] = [];
    for await (const piece of houseDay(maker.world, 'test', { pieceS, fromS, toS })) {
      samples.push(piece.samples);
      labels.push(...piece.events.map(({ label }) => label));
    }
    return { samples, labels };
  };

  const planOf = (day: number) => planHouseDay(maker.world.shelf, { seed: 'test', day });

  test('a house day never contains an alarm or breaking glass, but contains footsteps', () => {
    const sounds = new Set([0, 1, 2, 3].flatMap((day) => planOf(day).sounds.map(({ sound }) => sound)));
    for (const label of ['smoke_alarm', 'co_alarm', 'low_battery_chirp', 'glass_break'])
      expect(sounds.has(label)).toBe(false);
    expect(sounds.has('steps')).toBe(true);
  });

  test('a hundred house days belong to 25 homes, and each recording is played at most three times', () => {
    const plans = Array.from({ length: 100 }, (_, day) => planOf(day));
    expect(new Set(plans.map(({ home }) => home.name)).size).toBe(25);
    const plays = new Map<string, number>();
    for (const { recording } of plans.flatMap(({ sounds }) => sounds))
      if (recording) plays.set(recording.file, (plays.get(recording.file) ?? 0) + 1);
    expect(Math.max(0, ...plays.values())).toBeLessThanOrEqual(3);
  }, 60_000);

  test('the modes away, home and night cover a house day without gaps', () => {
    const seen = new Set<string>();
    for (const { modes } of [0, 1, 2, 3, 4, 5].map(planOf)) {
      expect(modes[0]?.fromS).toBe(0);
      expect(modes.at(-1)?.toS).toBe(86_400);
      modes.slice(1).forEach(({ fromS }, n) => expect(fromS).toBe(modes[n]?.toS));
      for (const { mode } of modes) seen.add(mode);
    }
    expect([...seen].sort()).toEqual(['away', 'home', 'night']);
  });

  test('a house day gives the same samples in pieces of any length', async () => {
    const from = 7.5 * 3_600;
    const short = (await collect(10, from + 120)).samples;
    const long = (await collect(60, from + 120)).samples;
    const joined = (pieces: Float32Array[]): number[] => pieces.flatMap((piece) => [...piece]);
    expect(joined(short)).toEqual(joined(long));
  }, 60_000);

  test('the rendering of a house day stops when its signal aborts', async () => {
    const controller = new AbortController();
    const day = houseDay(maker.world, 'test', { signal: controller.signal });
    await day.next();
    controller.abort();
    await expect(day.next()).rejects.toThrow(/abort/);
  });
});
