import { beforeAll, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../synthesis/random.ts';
import { initBackend } from '../backend/init-backend.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { foldFront, frontOf, type Moments } from '../verifier/front.ts';
import { newWindowWeights } from './window-network.ts';
import { windowShardPath, writeWindowShard } from './window-shard.ts';
import { WindowTrainer } from './window-trainer.ts';

const FRAMES = 48;
const BANDS = 80;
const WINDOWS = 8;

beforeAll(async () => expect((await initBackend()).name).toBe('tensorflow'));

/** Writes windows without a teacher. Windows with loud treble are smoke alarms, windows with loud bass are not. */
async function toyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-window-trainer-'));
  const random = new Random('toy windows');
  const mels = new Uint8Array(WINDOWS * FRAMES * BANDS);
  for (let i = 0; i < mels.length; i++) {
    const treble = i % BANDS >= BANDS / 2;
    const isAlarm = Math.floor(i / (FRAMES * BANDS)) % 2 === 0;
    mels[i] = (treble === isAlarm ? 150 : 60) + random.integer(-10, 10);
  }
  await writeWindowShard(windowShardPath(folder, 0), {
    windows: WINDOWS,
    frames: FRAMES,
    bands: BANDS,
    labels: ['smoke_alarm'],
    classes: [],
    embeddingSize: 0,
    mels,
    targets: Uint8Array.from({ length: WINDOWS }, (_, window) => (window % 2 === 0 ? 1 : 0)),
    logits: new Int8Array(),
    embeddings: new Int16Array(),
  });
  return folder;
}

const options = (folder: string, steps: number) => ({
  seed: 1,
  steps,
  batch: 4,
  peakRate: 2e-3,
  folder,
  shards: 1,
  firstShards: 1,
  checkpoint: join(folder, `${steps}.checkpoint`),
  signal: new AbortController().signal,
});

test('the convolutional front learns; the same seed gives the same front, with or without a callback for each step', async () => {
  const folder = await toyFolder();
  const losses: number[] = [];
  const onStep = (_step: number, _of: number, loss: number): void => void losses.push(loss);
  const listened = await new WindowTrainer({ ...options(folder, 8), onStep }).run();
  expect(losses).toHaveLength(8);
  expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  const again = { ...options(folder, 8), checkpoint: join(folder, 'again.checkpoint') };
  const quiet = await new WindowTrainer(again).run();
  const of = (name: string): number[] => Array.from(quiet.tensors.get(name)?.data.subarray(0, 20) ?? []);
  of('front7/kernel').forEach((value, i) =>
    expect(value).toBeCloseTo(listened.tensors.get('front7/kernel')?.data[i] ?? NaN, 4),
  );
  expect(listened.names).toEqual(['smoke_alarm']);
});

test('a convolutional front gives the same output when its normalisation is folded into its weights', () => {
  const weights = newWindowWeights(1, 5);
  const named = new Map<string, NamedTensor>(
    Object.entries(weights).map(([name, weight]) => [
      name,
      { shape: weight.shape, data: new Float32Array(weight.dataSync()) },
    ]),
  );
  const moments = new Map<string, Moments>();
  const x: tf.Tensor3D = tf.randomNormal([16, FRAMES, BANDS], 0, 1, 'float32', 7);
  const expected = frontOf(
    (name) => weights[name] as tf.Tensor,
    x,
    (layer, mean, variance) =>
      moments.set(layer, { mean: mean.dataSync() as Float32Array, variance: variance.dataSync() as Float32Array }),
  ).dataSync() as Float32Array;
  const folded = foldFront(named, moments);
  const found = frontOf((name) => {
    const { shape, data } = folded.get(name) as NamedTensor;
    return tf.tensor(data, shape);
  }, x).dataSync() as Float32Array;
  const apart = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] as number))), 0);
  expect(expected.length).toBe(16 * (FRAMES / 8) * 160);
  // `moments` contains the unbiased variance. In the last layers of such a small batch it is 0.1 % larger than the
  // biased one.
  const highest = expected.reduce((most, value) => Math.max(most, value), 0);
  expect(apart / highest).toBeLessThan(0.01);
});
