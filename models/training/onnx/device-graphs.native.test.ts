import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { Random } from '../../synthesis/random.ts';
import { smokeAlarm } from '../../synthesis/alarm.ts';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { initBackend } from '../backend/init-backend.ts';
import { DEVICE_SHAPE, heads, newWeights, trunk, type Normalisation, type Weights } from '../network/device-network.ts';
import { STATES } from '../publishing/release-shape.ts';
import { headGraph, trunkGraph, type PlainWeights } from './device-graphs.ts';

const LABELS = ['smoke_alarm', 'glass_break'];
const TOLERANCE = 1e-4;
const { bands, framesPerStep, units } = DEVICE_SHAPE;

/** Ten seconds of a synthesised alarm, passed through the front end of the device. */
function goldenScene(): { data: Float32Array; frames: number } {
  const { samples } = smokeAlarm(new Random('parity'), { durationS: 10, pattern: 't3' });
  const { data, frames } = logMelOf(samples, DEVICE_FRONT_END);
  const even = frames - (frames % framesPerStep);
  return { data: data.subarray(0, even * bands), frames: even };
}

const plainOf = (weights: Weights): PlainWeights =>
  new Map(Object.entries(weights).map(([name, variable]) => [name, variable.dataSync() as Float32Array]));
const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
const session = (bytes: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(bytes, { intraOpNumThreads: 1 });

describe('the device network as ONNX', () => {
  const { data, frames } = goldenScene();
  const norm: Normalisation = {
    mean: Float32Array.from({ length: bands }, (_, band) => -4 + band / bands),
    scale: Float32Array.from({ length: bands }, (_, band) => 0.5 + band / bands),
  };
  let weights: Weights;

  beforeAll(async () => {
    await initBackend();
    weights = newWeights(DEVICE_SHAPE, LABELS, 7);
  });

  /** The embedding and scores that TensorFlow.js computes. The normalisation is applied before the network. */
  function byTensorFlow(): { embedding: Float32Array; scores: Float32Array } {
    const normalised = data.map(
      (value, i) => (value - (norm.mean[i % bands] as number)) * (norm.scale[i % bands] as number),
    );
    return tf.tidy(() => {
      const embedding = trunk(weights, tf.tensor3d(normalised, [frames / framesPerStep, 1, bands * framesPerStep]));
      const scores = tf.sigmoid(heads(weights, LABELS, embedding.reshape([-1, units]) as tf.Tensor2D));
      return { embedding: embedding.dataSync() as Float32Array, scores: scores.dataSync() as Float32Array };
    });
  }

  async function byOnnx(chunkFrames: number): Promise<Float32Array> {
    const trunkSession = await session(trunkGraph(plainOf(weights), DEVICE_SHAPE, norm));
    let states = Object.fromEntries(
      STATES.map(({ name, shape }) => [name, new Tensor('float32', new Float32Array(units), shape)]),
    );
    const embedding: number[] = [];
    for (let at = 0; at < frames; at += chunkFrames) {
      const count = Math.min(chunkFrames, frames - at);
      const features = new Tensor('float32', data.slice(at * bands, (at + count) * bands), [1, count, bands]);
      const outputs = await trunkSession.run({ features, ...states });
      embedding.push(...((outputs.embedding as Tensor).data as Float32Array));
      states = Object.fromEntries(STATES.map(({ name }) => [name, outputs[`${name}_out`] as TypedTensor<'float32'>]));
    }
    await trunkSession.release();
    return Float32Array.from(embedding);
  }

  it('the trunk gives the same embedding as in TensorFlow.js', async () => {
    expect(largest(await byOnnx(frames), byTensorFlow().embedding)).toBeLessThan(TOLERANCE);
  });

  it.each([2, 16, 32, 62])(
    'the trunk gives the same result in calls of %d frames as in one call for all frames',
    async (chunkFrames) => {
      expect(largest(await byOnnx(chunkFrames), byTensorFlow().embedding)).toBeLessThan(TOLERANCE);
    },
  );

  it('each head gives the same scores as in TensorFlow.js', async () => {
    const { embedding, scores } = byTensorFlow();
    for (const [column, label] of LABELS.entries()) {
      const head = await session(headGraph(plainOf(weights), DEVICE_SHAPE, label));
      const { score } = await head.run({
        embedding: new Tensor('float32', embedding, [1, frames / framesPerStep, units]),
      });
      const expected = scores.filter((_, i) => i % LABELS.length === column);
      expect(largest((score as Tensor).data as Float32Array, expected)).toBeLessThan(TOLERANCE);
      await head.release();
    }
  });

  it('writing the graphs twice gives the same bytes', () => {
    const write = (): Buffer => Buffer.from(trunkGraph(plainOf(weights), DEVICE_SHAPE, norm));
    expect(write().equals(write())).toBe(true);
  });

  it('trunk and eight heads have less than 400 KB', () => {
    const head = headGraph(plainOf(weights), DEVICE_SHAPE, 'smoke_alarm').length;
    expect(trunkGraph(plainOf(weights), DEVICE_SHAPE, norm).length + 8 * head).toBeLessThan(400_000);
  });
});
