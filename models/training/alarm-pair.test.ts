import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DRY } from '../scenes/room.ts';
import type { SceneOptions } from '../scenes/scene.ts';
import type { SceneMaker } from '../scenes/scene-maker.ts';
import type { PlacedEvent, Scene, SceneEvent } from '../scenes/scene-types.ts';
import { smallMaker } from '../scenes/testing/small-maker.ts';
import { Random } from '../synthesis/random.ts';
import { samplesOf } from '../synthesis/sound.ts';
import { alarmPair } from './alarm-pair.ts';

const SCENE_S = 10;
const LEAST_SNR_DB = 10;

describe('a pair of alarms', () => {
  let folder: string;
  let maker: SceneMaker;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'earshot-pairs-'));
    maker = await smallMaker(folder);
  });
  afterAll(async () => {
    maker.close();
    await rm(folder, { recursive: true });
  });

  /** The pair of alarms for a seed. `more` adds options for the rendering. */
  const pairOf = (seed: number, more: (asked: Partial<SceneOptions>) => Partial<SceneOptions> = () => ({})): Scene => {
    const render = (scene: number, asked: Partial<SceneOptions> = {}): Scene =>
      maker.render(scene, { ...asked, ...more(asked) });
    const options = { scene: seed, sceneS: SCENE_S, leastSnrDb: LEAST_SNR_DB };
    return alarmPair({ render }, new Random(`pair/${seed}`), options);
  };
  const alarmsOf = ({ events }: Scene): SceneEvent[] => events.slice(0, 2);

  test('a pair has one smoke and one CO alarm, and the second begins soon after the first has begun or ended', () => {
    for (let seed = 0; seed < 3; seed++) {
      const scene = pairOf(seed);
      const [first, second] = alarmsOf(scene) as [SceneEvent, SceneEvent];
      expect([first.label, second.label].sort()).toEqual(['co_alarm', 'smoke_alarm']);
      expect(first.endS).toBeLessThanOrEqual(SCENE_S);
      expect(second.startS).toBeLessThan(2 * SCENE_S);
      expect(second.endS).toBeLessThanOrEqual(scene.samples.length / 16_000 + 1e-3);
      for (const { startS, endS, beeps } of [first, second])
        for (const beep of beeps) {
          expect(beep.startS).toBeGreaterThanOrEqual(startS);
          expect(beep.startS + beep.lengthS).toBeLessThanOrEqual(endS + 1e-6);
        }
    }
  });

  test('a pair never exceeds full scale, however loud the alarms are', () => {
    for (let seed = 0; seed < 2; seed++) {
      const { samples } = pairOf(seed, () => ({ levelDbfs: -3 }));
      expect(samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0)).toBeLessThanOrEqual(1);
    }
  });

  test('both alarms have the same background noise, and each has its own SNR relative to that noise', () => {
    const errorsDb = Array.from({ length: 6 }, (_, seed) => seed).flatMap((seed) => {
      const quiet = { room: DRY, levelDbfs: -30, television: false, clip: false } as const;
      let placed: readonly PlacedEvent[] = [];
      const whole = pairOf(seed, (asked) => {
        placed = asked.placed ?? [];
        return quiet;
      });
      // Render the same alarms with a background that is 60 dB quieter.
      const raised = placed.map((event) => ({ ...event, snrDb: event.snrDb + 60 }));
      const clean = pairOf(seed, ({ snrDb = 0 }) => ({ ...quiet, placed: raised, snrDb: snrDb + 60 }));
      if (whole.slices['codec'] === 'yes') return [];
      for (const { snrDb } of placed) expect(snrDb).toBeGreaterThanOrEqual(LEAST_SNR_DB);
      const background = rms(whole.samples.map((x, i) => x - (clean.samples[i] ?? 0)));
      return alarmsOf(whole).flatMap((alarm, n) => {
        const other = alarmsOf(whole)[1 - n];
        const alone = alarm.beeps.filter(({ startS, lengthS }) => other && !soundsIn(other, startS, startS + lengthS));
        if (alone.length === 0) return [];
        const loud = alone.map(({ startS, lengthS }) =>
          rms(clean.samples.subarray(samplesOf(startS), samplesOf(startS + Math.min(0.5, lengthS)))),
        );
        const meanDb = 20 * Math.log10(Math.sqrt(loud.reduce((sum, x) => sum + x * x, 0) / loud.length) / background);
        return [meanDb - (placed[n]?.snrDb ?? NaN)];
      });
    });
    expect(errorsDb.length).toBeGreaterThan(4);
    // Check the median error, because the microphone changes tones and noise differently and other sounds may be mixed
    // in.
    const sizes = errorsDb.map(Math.abs).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(4);
  });
});

const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
const soundsIn = ({ beeps }: SceneEvent, fromS: number, toS: number): boolean =>
  beeps.some(({ startS, lengthS }) => startS < toS && startS + lengthS > fromS);
