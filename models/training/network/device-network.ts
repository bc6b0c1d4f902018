/**
 * The network of the device. Two frames of 20 ms become one step, which passes through a dense layer and two LSTM
 * layers; their state is carried for as long as the daemon runs. The output of the second LSTM layer is the embedding.
 * It is the input of every head; a head is one small network per label. Weights are plain named tensors, so that
 * checkpoints, moving averages, the ONNX writer and tests all use the same form.
 */
import * as tf from '@tensorflow/tfjs';
import { lstm } from '../backend/fused-lstm.ts';

export interface NetworkShape {
  bands: number;
  framesPerStep: number;
  /** Width of the dense layer before the LSTM. */
  projection: number;
  units: number;
  headUnits: number;
}

/** The trunk has 83,000 parameters and a head 1,800: 390 KB with eight heads. A call with 16 frames takes 65 us. */
export const DEVICE_SHAPE: NetworkShape = { bands: 64, framesPerStep: 2, projection: 48, units: 72, headUnits: 24 };

export type Weights = Record<string, tf.Variable>;

/**
 * The mean and scale of each band, in log10 power. They are measured before the training and do not change during it.
 */
export interface Normalisation {
  mean: Float32Array;
  scale: Float32Array;
}

export const TRUNK_WEIGHTS = [
  'input/kernel',
  'input/bias',
  'lstm1/kernel',
  'lstm1/bias',
  'lstm2/kernel',
  'lstm2/bias',
] as const;
export const headWeights = (label: string): string[] =>
  ['hidden/kernel', 'hidden/bias', 'score/kernel', 'score/bias'].map((name) => `head/${label}/${name}`);

export function newWeights(shape: NetworkShape, labels: readonly string[], seed: number): Weights {
  const { bands, framesPerStep, projection, units, headUnits } = shape;
  let draws = seed * 1000;
  const weights: Weights = {};
  const add = (name: string, value: tf.Tensor): void => void (weights[name] = tf.variable(value, true));
  const glorot = (rows: number, columns: number): tf.Tensor => {
    const reach = Math.sqrt(6 / (rows + columns));
    return tf.randomUniform([rows, columns], -reach, reach, 'float32', (draws += 1));
  };
  // Start with an open forget gate (bias 1); otherwise the state would not last from one beep to the next.
  const lstmBias = (): tf.Tensor => tf.concat([tf.zeros([units]), tf.ones([units]), tf.zeros([2 * units])]);
  const lstmKernel = (inputs: number): tf.Tensor => {
    const gates = Array.from({ length: 4 }, () => tf.concat([glorot(inputs, units), glorot(units, units)], 0));
    return tf.concat(gates, 1);
  };
  add('input/kernel', glorot(bands * framesPerStep, projection));
  add('input/bias', tf.zeros([projection]));
  add('lstm1/kernel', lstmKernel(projection));
  add('lstm1/bias', lstmBias());
  add('lstm2/kernel', lstmKernel(units));
  add('lstm2/bias', lstmBias());
  for (const label of labels) {
    const [hiddenKernel, hiddenBias, scoreKernel, scoreBias] = headWeights(label) as [string, string, string, string];
    add(hiddenKernel, glorot(units, headUnits));
    add(hiddenBias, tf.zeros([headUnits]));
    add(scoreKernel, glorot(headUnits, 1));
    // Start with heads that answer "no" to everything, because events are rare.
    add(scoreBias, tf.fill([1], -2));
  }
  return weights;
}

/** Assigns the values to the weights with the same names. */
export function assignAll(weights: Weights, values: ReadonlyMap<string, Float32Array>): void {
  for (const [name, data] of values) {
    const variable = weights[name];
    if (variable) tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
  }
}

/** Shapes: features [steps, batch, bands * framesPerStep], normalised -> embedding [steps, batch, units]. */
export function trunk(weights: Weights, features: tf.Tensor3D): tf.Tensor3D {
  const [steps, batch, inputs] = features.shape;
  const projected = tf.relu(
    tf.add(
      tf.matMul(features.reshape([steps * batch, inputs]), get(weights, 'input/kernel') as tf.Tensor2D),
      get(weights, 'input/bias'),
    ),
  );
  const first = lstm(
    projected.reshape([steps, batch, projected.shape[1] as number]),
    get(weights, 'lstm1/kernel') as tf.Tensor2D,
    get(weights, 'lstm1/bias') as tf.Tensor1D,
  );
  return lstm(first, get(weights, 'lstm2/kernel') as tf.Tensor2D, get(weights, 'lstm2/bias') as tf.Tensor1D);
}

/**
 * Shapes: embedding [rows, units] -> logits [rows, labels]. Two matrix products compute all heads: the first one for
 * the hidden units of all heads side by side, and the second one for the scores, where each label's column uses only
 * the hidden units of its own head. The results are the same as head by head, in a third of the time.
 */
export function heads(weights: Weights, labels: readonly string[], embedding: tf.Tensor2D): tf.Tensor2D {
  const parts = labels.map((label) => headWeights(label).map((name) => get(weights, name)));
  const part = (i: number): tf.Tensor[] => parts.map((tensors) => tensors[i] as tf.Tensor);
  const hiddenKernel = tf.concat(part(0), 1) as tf.Tensor2D;
  const hidden = tf.relu(tf.add(tf.matMul(embedding, hiddenKernel), tf.concat(part(1), 0))) as tf.Tensor2D;
  const headUnits = (hiddenKernel.shape[1] as number) / labels.length;
  const rows = labels.length * headUnits;
  const own = Float32Array.from({ length: rows * labels.length }, (_, i) =>
    Math.floor(Math.floor(i / labels.length) / headUnits) === i % labels.length ? 1 : 0,
  );
  const scoreKernel = tf.mul(tf.concat(part(2), 0), tf.tensor2d(own, [rows, labels.length])) as tf.Tensor2D;
  return tf.add(tf.matMul(hidden, scoreKernel), tf.concat(part(3), 0));
}

function get(weights: Weights, name: string): tf.Variable {
  const weight = weights[name];
  if (!weight) throw new Error(`the network has no weight ${name}`);
  return weight;
}
