import { describe, expect, test } from '@jest/globals';
import type { SceneMaker } from '../scenes/scene-maker.ts';
import type { Scene } from '../scenes/scene-types.ts';
import { Random } from '../synthesis/random.ts';
import { SAMPLE_RATE } from '../synthesis/sound.ts';
import { alarmPair, Timeline } from './alarm-pair.ts';

const SCENE_S = 4;
type Asked = Parameters<SceneMaker['render']>;

/** Scenes of ones, with an event from 1 s to the end. */
const makerOfOnes = (asked: Asked[]): SceneMaker =>
  ({
    render: (...ask: Asked) => {
      asked.push(ask);
      const { about, durationS = SCENE_S } = ask[1] ?? {};
      return {
        samples: new Float32Array(durationS * SAMPLE_RATE).fill(1),
        events: [{ label: about, startS: 1, endS: durationS }],
        ignored: [{ heads: ['door'], startS: 0, endS: 100 }],
      } as unknown as Scene;
    },
  }) as SceneMaker;

describe('a pair of alarms', () => {
  test('holds one smoke and one CO alarm, with the times of the whole', () => {
    for (let seed = 0; seed < 8; seed++) {
      const asked: Asked[] = [];
      const options = { scene: 10, sceneS: SCENE_S };
      const { samples, events } = alarmPair(makerOfOnes(asked), new Random(`${seed}`), options);
      expect(asked.map(([scene]) => scene)).toEqual([10, 11]);
      expect(events.map(({ label }) => label).sort()).toEqual(['co_alarm', 'smoke_alarm']);
      const [first, second] = events as [(typeof events)[number], (typeof events)[number]];
      expect(first).toMatchObject({ startS: 1, endS: SCENE_S });
      expect(second.endS - second.startS).toBeCloseTo(SCENE_S - 1);
      expect(samples.length / SAMPLE_RATE).toBeCloseTo(second.endS, 3);
    }
  });

  test('both sound at once where they overlap', () => {
    const { samples, events } = alarmPair(makerOfOnes([]), new Random('overlap'), { scene: 0, sceneS: SCENE_S });
    const secondAtS = (events[1]?.startS ?? 0) - 1;
    const at = (s: number): number | undefined => samples[Math.round(s * SAMPLE_RATE)];
    expect(at((secondAtS + SCENE_S) / 2)).toBe(2);
    expect(at(secondAtS / 2)).toBe(1);
  });

  test('no alarm is quieter than asked', () => {
    const asked: Asked[] = [];
    alarmPair(makerOfOnes(asked), new Random('snr'), { scene: 0, sceneS: SCENE_S, leastSnrDb: 12 });
    for (const [, options] of asked) expect(options?.snrDb).toBeGreaterThanOrEqual(12);
  });
});

test('a stretch without labels ends with its scene', () => {
  const timeline = new Timeline(10);
  timeline.add(makerOfOnes([]).render(0), 3, SCENE_S);
  expect(timeline.ignored).toEqual([{ heads: ['door'], startS: 3, endS: 3 + SCENE_S }]);
});
