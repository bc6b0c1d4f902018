import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { Random } from '../../synthesis/random.ts';
import { initBackend } from '../backend/init-backend.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { FRONT_LAYERS, FRONT_WIDTH } from '../verifier/front.ts';
import { newWindowWeights } from '../windows/window-network.ts';
import type { WindowShard } from '../windows/window-shard.ts';
import { answersOf, heardBy, ownWord, readOut } from './read-out.ts';

const [WINDOWS, FRAMES, BANDS] = [70, 16, 80];

beforeAll(async () => expect((await initBackend()).name).toBe('tensorflow'));

/** Windows with smoke alarms are louder in the treble; no answer is expected for the first window. */
function toyShard(): WindowShard {
  const random = new Random('read-out');
  const mels = Uint8Array.from({ length: WINDOWS * FRAMES * BANDS }, (_, i) => {
    const isAlarm = Math.floor(i / (FRAMES * BANDS)) % 2 === 1;
    return (isAlarm && i % BANDS >= BANDS / 2 ? 160 : 60) + random.integer(-10, 10);
  });
  const targets = Uint8Array.from({ length: WINDOWS * KNOWN_LABELS.length }, (_, i) =>
    i % KNOWN_LABELS.length === KNOWN_LABELS.indexOf('smoke_alarm') && Math.floor(i / KNOWN_LABELS.length) % 2 === 1
      ? YES
      : NO,
  );
  targets[KNOWN_LABELS.indexOf('smoke_alarm')] = NOT_ASKED;
  const noTeacher = { classes: [], embeddingSize: 0, logits: new Int8Array(), embeddings: new Int16Array() };
  return { windows: WINDOWS, frames: FRAMES, bands: BANDS, labels: KNOWN_LABELS, mels, targets, ...noTeacher };
}

/** A front with random weights, whose normalisation is folded in. */
function randomFront(): Map<string, NamedTensor> {
  const weights = newWindowWeights(KNOWN_LABELS.length, 3);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, weight] of Object.entries(weights))
    tensors.set(name, { shape: weight.shape, data: Float32Array.from(weight.dataSync()) });
  for (const { name, to } of FRONT_LAYERS) tensors.set(`${name}/bias`, { shape: [to], data: new Float32Array(to) });
  return tensors;
}

test('a read-out fitted to the numbers of a front separates sounds that differ, and ignores windows without an answer', () => {
  const shard = toyShard();
  const norm = { mean: new Float32Array(BANDS), scale: new Float32Array(BANDS).fill(1) };
  const front = { tensors: randomFront(), norm, names: [...KNOWN_LABELS] };
  const before = tf.memory().numTensors;
  const { pooled, names } = heardBy(front, [shard]);
  expect(tf.memory().numTensors).toBe(before);
  expect([pooled.length, names.length]).toEqual([WINDOWS, WINDOWS]);
  expect([pooled[0]?.length, names[0]?.length]).toEqual([2 * FRONT_WIDTH, KNOWN_LABELS.length]);
  expect(names.map(ownWord('smoke_alarm'))).toEqual(names.map((of) => of[KNOWN_LABELS.indexOf('smoke_alarm')]));

  const answers = answersOf([shard], 'smoke_alarm');
  expect(answers.slice(0, 4)).toEqual([NOT_ASKED, YES, NO, YES]);
  const scores = pooled.map(readOut(pooled, answers));
  const of = (wanted: number): number[] => scores.filter((_, n) => answers[n] === wanted);
  expect(Math.min(...of(YES))).toBeGreaterThan(Math.max(...of(NO)));
});
