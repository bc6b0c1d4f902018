import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from '@jest/globals';
import { batchNorm, EPSILON } from './fused-batch-norm.ts';
import { initBackend } from './init-backend.ts';

beforeAll(async () => {
  expect((await initBackend()).name).toBe('tensorflow');
}, 600_000);

const SHAPE: [number, number, number, number] = [3, 5, 4, 6];
const x = (): tf.Tensor4D => tf.randomNormal(SHAPE, 0.5, 2, 'float32', 1);
const scale = (): tf.Tensor1D => tf.randomNormal([6], 1, 0.3, 'float32', 2);
const offset = (): tf.Tensor1D => tf.randomNormal([6], 0, 0.3, 'float32', 3);
const target = (): tf.Tensor4D => tf.randomNormal(SHAPE, 0, 1, 'float32', 4);

function composed(input: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D {
  const { mean, variance } = tf.moments(input, [0, 1, 2]);
  return tf.add(tf.mul(tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, EPSILON))), gamma), beta);
}

const furthest = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number;

test('fused batch normalisation gives the same values, moments and gradients as one that is composed of tfjs operations', () => {
  tf.tidy(() => {
    const { value, mean, variance } = batchNorm(x(), scale(), offset());
    expect(furthest(value, composed(x(), scale(), offset()))).toBeLessThan(1e-5);
    const moments = tf.moments(x(), [0, 1, 2]);
    expect(furthest(mean, moments.mean)).toBeLessThan(1e-5);
    // The operation reports the unbiased variance, which is n / (n - 1) times the biased one, with n = 60 values per
    // channel.
    expect(furthest(variance, tf.mul(moments.variance, 60 / 59))).toBeLessThan(1e-4);
    const gradients = (norm: typeof composed): tf.Tensor[] =>
      tf.grads((...inputs) => tf.sum(tf.squaredDifference(norm(...(inputs as Parameters<typeof composed>)), target())))(
        [x(), scale(), offset()],
      );
    const fused = gradients((...inputs) => batchNorm(...inputs).value);
    const expected = gradients(composed);
    fused.forEach((gradient, i) => expect(furthest(gradient, expected[i] as tf.Tensor)).toBeLessThan(1e-3));
  });
});

test('a training step with fused batch normalisation frees all of its tensors', () => {
  const weights = [x(), scale(), offset()];
  const run = (): void =>
    tf.tidy(() => {
      tf.grads((...inputs) => tf.sum(batchNorm(...(inputs as Parameters<typeof composed>)).value))(weights);
    });
  run();
  const before = tf.memory().numTensors;
  run();
  expect(tf.memory().numTensors).toBe(before);
});
