import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EVIDENCE_SIZE, SCORES_AT } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { initBackend } from '../backend/init-backend.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import { NO, YES } from '../data/targets.ts';
import { CLIP_FRAMES, VERIFIER_LABELS } from './example.ts';
import type { ExampleShard } from './example-store.ts';
import { deviceOperations, verifierOperations } from './operations.ts';
import { VerifierTrainer, verifierOnnx } from './trainer.ts';
import { VERIFIER_FRONT_END, verifierLogits } from './network.ts';

const bands = VERIFIER_FRONT_END.melBands;
const labels = VERIFIER_LABELS.length;

beforeAll(async () => {
  const { name } = await initBackend();
  expect(name).toBe('tensorflow');
});

/** Two kinds of clips that anyone could tell apart: loud in the treble (smoke alarm), loud in the bass (nothing). */
function toyShard(examples: number): ExampleShard {
  const random = new Random('toy');
  const mels = new Int16Array(examples * CLIP_FRAMES * bands);
  const targets = new Uint8Array(examples * labels).fill(NO);
  for (let example = 0; example < examples; example++) {
    const treble = example % 2 === 0;
    if (treble) targets[example * labels + VERIFIER_LABELS.indexOf('smoke_alarm')] = YES;
    for (let frame = 0; frame < CLIP_FRAMES; frame++)
      for (let band = 0; band < bands; band++) {
        const loud = treble ? band > 50 : band < 30;
        mels[(example * CLIP_FRAMES + frame) * bands + band] = 4_096 * (-4 + (loud ? 3 : 0) + 0.2 * random.normal());
      }
  }
  return {
    scenes: examples,
    frames: CLIP_FRAMES,
    bands,
    steps: 1,
    labels: VERIFIER_LABELS,
    mels,
    targets,
    evidence: new Float32Array(examples * EVIDENCE_SIZE),
  };
}

const trainer = async (steps: number, losses: number[] = [], checkpoint?: string, stopAt = Infinity) => {
  const controller = new AbortController();
  const path = checkpoint ?? join(await mkdtemp(join(tmpdir(), 'earshot-verifier-')), 'v.checkpoint');
  const options = {
    seed: 3,
    steps,
    batch: 4,
    peakRate: 2e-3,
    checkpoint: path,
    saveEvery: 4,
    signal: controller.signal,
    onStep: (step: number, _of: number, loss: number) => {
      losses.push(loss);
      if (step === stopAt) controller.abort();
    },
  };
  return new VerifierTrainer(options, [toyShard(8)]);
};

describe('the verifier', () => {
  test('as ONNX gives what TensorFlow gives, to 1e-4', async () => {
    const trained = await (await trainer(2)).run();
    const session = await InferenceSession.create(verifierOnnx(trained), { intraOpNumThreads: 1 });
    const random = new Random('parity');
    const frames = 300;
    const features = Float32Array.from({ length: 2 * frames * bands }, () => random.uniform(-6, 2));
    const evidence = Float32Array.from({ length: 2 * EVIDENCE_SIZE }, () => random.next());
    const { scores } = await session.run({
      features: new Tensor('float32', features, [2, frames, bands]),
      evidence: new Tensor('float32', evidence, [2, EVIDENCE_SIZE]),
    });
    const weights = Object.fromEntries(
      [...trained.tensors].map(([name, { shape, data }]) => [name, tf.variable(tf.tensor(data, shape))]),
    );
    const expected = tf.tidy(() => {
      const normalised = tf.mul(
        tf.sub(tf.tensor3d(features, [2, frames, bands]), trained.norm.mean),
        trained.norm.scale,
      ) as tf.Tensor3D;
      const views = [0, 1, -1].map((shift) =>
        verifierLogits(weights, shiftedBands(normalised, shift), tf.tensor2d(evidence, [2, EVIDENCE_SIZE])),
      );
      return tf.sigmoid(tf.div(tf.addN(views), 3)).dataSync();
    });
    const found = scores?.data as Float32Array;
    found.forEach((score, i) => expect(Math.abs(score - (expected[i] ?? 9))).toBeLessThan(1e-4));
    await session.release();
  });

  test('the last word counts the network and the device as it says, and the device only where it was asked', async () => {
    const trained = await (await trainer(2)).run();
    const weights = {
      network: new Float32Array(labels).fill(0.5),
      device: new Float32Array(labels).fill(2),
      bias: new Float32Array(labels).fill(-0.3),
    };
    const random = new Random('judged');
    const frames = 300;
    const features = Float32Array.from({ length: frames * bands }, () => random.uniform(-6, 2));
    const evidence = new Float32Array(EVIDENCE_SIZE);
    evidence[SCORES_AT] = 0.9;
    const scoresOf = async (onnx: Uint8Array): Promise<Float32Array> => {
      const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
      const { scores } = await session.run({
        features: new Tensor('float32', features, [1, frames, bands]),
        evidence: new Tensor('float32', evidence, [1, EVIDENCE_SIZE]),
      });
      await session.release();
      return scores?.data as Float32Array;
    };
    const plain = await scoresOf(verifierOnnx(trained));
    const judged = await scoresOf(verifierOnnx(trained, weights));
    const logit = (p: number): number => Math.log(p / (1 - p));
    judged.forEach((score, label) => {
      const device = label === 0 ? 2 * logit(0.9) : 0;
      expect(logit(score)).toBeCloseTo(0.5 * logit(plain[label] as number) + device - 0.3, 3);
    });
  });

  test('learns what anyone could tell apart', async () => {
    const losses: number[] = [];
    await (await trainer(30, losses)).run();
    const mean = (of: number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length;
    expect(mean(losses.slice(-5))).toBeLessThan(0.5 * mean(losses.slice(0, 5)));
  });

  test('a stopped run goes on from its checkpoint and ends as the unbroken one', async () => {
    const checkpoint = join(await mkdtemp(join(tmpdir(), 'earshot-resume-')), 'v.checkpoint');
    await expect((await trainer(6, [], checkpoint, 5)).run()).rejects.toThrow(/abort/);
    const rest: number[] = [];
    const resumed = await (await trainer(6, rest, checkpoint)).run();
    expect(rest).toHaveLength(2);
    const whole = await (await trainer(6)).run();
    for (const [name, { data }] of whole.tensors)
      data.forEach((value, i) =>
        expect(Math.abs(value - (resumed.tensors.get(name)?.data[i] ?? 9))).toBeLessThan(1e-4),
      );
  });

  test('is small enough, and thirty times the device’s work', async () => {
    const onnx = verifierOnnx(await (await trainer(1)).run());
    expect(onnx.length).toBeLessThan(8_000_000);
    expect(verifierOperations() / deviceOperations(DEVICE_SHAPE, labels)).toBeGreaterThanOrEqual(30);
  });
});

function shiftedBands(x: tf.Tensor3D, shift: number): tf.Tensor3D {
  if (shift === 0) return x;
  const [batch, frames] = x.shape;
  if (shift > 0)
    return tf.concat(
      [tf.slice(x, [0, 0, 0], [batch, frames, 1]), tf.slice(x, [0, 0, 0], [batch, frames, bands - 1])],
      2,
    );
  return tf.concat(
    [tf.slice(x, [0, 0, 1], [batch, frames, bands - 1]), tf.slice(x, [0, 0, bands - 1], [batch, frames, 1])],
    2,
  );
}
