import { expect, test } from '@jest/globals';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { Timeline } from './timeline.ts';

const SCENE_S = 4;
const scene = {
  samples: new Float32Array(SCENE_S * SAMPLE_RATE).fill(0.5),
  events: [{ label: 'door', startS: 1, endS: 2, beeps: [{ startS: 1, lengthS: 1 }], slices: {} }],
  ignored: [{ heads: ['dog_bark'], startS: 0, endS: 100 }],
};

test('events get the times of the whole timeline, without their beeps, which have the times of their scene', () => {
  const timeline = new Timeline(2 * SCENE_S);
  timeline.add(scene, 0, SCENE_S);
  timeline.add(scene, SCENE_S, SCENE_S);
  expect(timeline.events).toEqual([
    { label: 'door', startS: 1, endS: 2 },
    { label: 'door', startS: 1 + SCENE_S, endS: 2 + SCENE_S },
  ]);
  expect(timeline.samples.every((x) => x === 0.5)).toBe(true);
});

test('a stretch without labels ends with its scene', () => {
  const timeline = new Timeline(10);
  timeline.add(scene, 3, SCENE_S);
  expect(timeline.ignored).toEqual([{ heads: ['dog_bark'], startS: 3, endS: 3 + SCENE_S }]);
});
