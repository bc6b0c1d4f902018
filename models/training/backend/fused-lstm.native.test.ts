import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { initBackend } from './init-backend.ts';
import { lstm } from './fused-lstm.ts';

const STEPS = 23;
const BATCH = 4;
const INPUTS = 6;
const UNITS = 8;

/** The LSTM layer of tfjs, for comparison. Its kernel has two parts. */
function referenceLayer(kernel: tf.Tensor2D, bias: tf.Tensor1D): { apply(x: tf.Tensor): tf.Tensor } {
  const layer = tf.layers.lstm({
    units: UNITS,
    returnSequences: true,
    recurrentActivation: 'sigmoid',
    recurrentInitializer: 'glorotUniform',
    inputShape: [STEPS, INPUTS],
  });
  layer.apply(tf.zeros([BATCH, STEPS, INPUTS]));
  layer.setWeights([kernel.slice([0, 0], [INPUTS, 4 * UNITS]), kernel.slice([INPUTS, 0], [UNITS, 4 * UNITS]), bias]);
  return { apply: (x) => layer.apply(x) as tf.Tensor };
}

const largestDifference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number;

describe('the fused LSTM', () => {
  let x: tf.Tensor3D;
  let kernel: tf.Tensor2D;
  let bias: tf.Tensor1D;

  beforeAll(async () => {
    expect((await initBackend()).name).toBe('tensorflow');
    x = tf.randomNormal([STEPS, BATCH, INPUTS], 0, 1, 'float32', 1);
    kernel = tf.randomNormal([INPUTS + UNITS, 4 * UNITS], 0, 0.4, 'float32', 2);
    bias = tf.randomNormal([4 * UNITS], 0, 0.4, 'float32', 3);
  });

  it('the fused LSTM gives the same values as the LSTM layer of TensorFlow.js', () => {
    const reference = referenceLayer(kernel, bias)
      .apply(x.transpose([1, 0, 2]))
      .transpose([1, 0, 2]);
    expect(largestDifference(lstm(x, kernel, bias), reference)).toBeLessThan(1e-6);
  });

  it('the fused LSTM has the same gradients as an LSTM that is computed step by step', async () => {
    const loss = (a: tf.Tensor, k: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.sum(tf.square(lstm(a as tf.Tensor3D, k as tf.Tensor2D, b as tf.Tensor1D)));
    const fused = tf
      .grads(loss)([x, kernel, bias])
      .map((gradient) => ({ shape: gradient.shape, data: gradient.dataSync() as Float32Array }));
    const inputs = [x, kernel, bias].map((tensor) => ({
      shape: tensor.shape,
      data: tensor.dataSync() as Float32Array,
    }));
    await tf.setBackend('cpu');
    try {
      const slow = tf.grads(loss)(inputs.map(({ shape, data }) => tf.tensor(data, shape)));
      slow.forEach((gradient, i) => {
        const { shape, data } = fused[i] as { shape: number[]; data: Float32Array };
        expect(largestDifference(gradient, tf.tensor(data, shape))).toBeLessThan(1e-4);
      });
    } finally {
      await tf.setBackend('tensorflow');
    }
  });

  it('repeated calls of the fused LSTM leak no handles', () => {
    const step = (): void => tf.dispose(tf.grads((k) => tf.sum(lstm(x, k as tf.Tensor2D, bias)))([kernel]));
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) step();
    expect(tf.memory().numTensors).toBe(before);
  });
});
