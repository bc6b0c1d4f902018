/**
 * The second look: convolutions over the whole clip at twice the device's resolution in time, a recurrent layer in both directions,
 * attention over time, and what the device itself measured (evidence) before the last layer.
 * Weights are plain named tensors, as in the device network, so that training, export and tests see the same thing.
 */
import * as tf from '@tensorflow/tfjs';
import type { FrontEnd } from '@earshot/shared/contracts/release.ts';
import { lstm } from '../backend/fused-lstm.ts';
import { rectified } from '../network/rectified.ts';
import type { Weights } from '../network/device-network.ts';

/** 10 ms hops: a T4 beep of 0.1 s is ten frames; 80 bands are 1.3 times as many as the device has. */
export const VERIFIER_FRONT_END: FrontEnd = {
  kind: 'log-mel',
  sampleRate: 16_000,
  fftSize: 512,
  hopSize: 160,
  melBands: 80,
  lowHz: 60,
  highHz: 8_000,
  floor: 1e-6,
};

/** The length of the clips that the device cuts. */
export const CLIP_S = 10;

export interface PlaneLayer {
  name: string;
  kernel: number;
  from: number;
  to: number;
  strideTime: number;
  strideBand: number;
}

export interface TimeLayer {
  name: string;
  from: number;
  to: number;
  /** Its input is added to its output. */
  residual: boolean;
}

/** Over time and bands, until 80 bands are 5 and 10 ms are 40. */
export const PLANE_LAYERS: readonly PlaneLayer[] = [
  { name: 'plane1', kernel: 5, from: 1, to: 16, strideTime: 2, strideBand: 2 },
  { name: 'plane2', kernel: 3, from: 16, to: 32, strideTime: 2, strideBand: 2 },
  { name: 'plane3', kernel: 3, from: 32, to: 48, strideTime: 1, strideBand: 2 },
  { name: 'plane4', kernel: 3, from: 48, to: 48, strideTime: 1, strideBand: 1 },
  { name: 'plane5', kernel: 3, from: 48, to: 64, strideTime: 1, strideBand: 2 },
];

/** Over time alone: all bands together. */
export const TIME_LAYERS: readonly TimeLayer[] = [
  { name: 'time1', from: 320, to: 160, residual: false },
  { name: 'time2', from: 160, to: 160, residual: true },
  { name: 'time3', from: 160, to: 160, residual: true },
];
export const TIME_KERNEL = 3;
export const TIME_WIDTH = 160;
export const RECURRENT_UNITS = 64;
export const ATTENTION_HEADS = 4;
export const HIDDEN = 96;

export interface VerifierShape {
  labels: number;
  evidence: number;
}

export function newVerifierWeights({ labels, evidence }: VerifierShape, seed: number): Weights {
  const weights: Weights = {};
  let draws = seed * 1_000;
  const add = (name: string, value: tf.Tensor): void => void (weights[name] = tf.variable(value, true));
  const he = (shape: number[], inputs: number, gain = 2): tf.Tensor =>
    tf.truncatedNormal(shape, 0, Math.sqrt(gain / inputs), 'float32', (draws += 1));
  for (const { name, kernel, from, to } of PLANE_LAYERS) {
    add(`${name}/kernel`, he([kernel, kernel, from, to], kernel * kernel * from));
    add(`${name}/bias`, tf.zeros([to]));
  }
  for (const { name, from, to, residual } of TIME_LAYERS) {
    // A residual branch starts small, so that depth does not multiply what flows.
    add(`${name}/kernel`, he([TIME_KERNEL, 1, from, to], TIME_KERNEL * from, residual ? 0.5 : 2));
    add(`${name}/bias`, tf.zeros([to]));
  }
  for (const direction of DIRECTIONS) {
    add(
      `${direction}/kernel`,
      he([TIME_WIDTH + RECURRENT_UNITS, 4 * RECURRENT_UNITS], TIME_WIDTH + RECURRENT_UNITS, 1),
    );
    add(
      `${direction}/bias`,
      tf.concat([tf.zeros([2 * RECURRENT_UNITS]), tf.ones([RECURRENT_UNITS]), tf.zeros([RECURRENT_UNITS])]),
    );
  }
  add('attention/kernel', he([2 * RECURRENT_UNITS, ATTENTION_HEADS], 2 * RECURRENT_UNITS, 1));
  const pooled = 2 * RECURRENT_UNITS * (ATTENTION_HEADS + 1) + TIME_WIDTH;
  add('hidden/kernel', he([pooled + evidence, HIDDEN], pooled + evidence));
  add('hidden/bias', tf.zeros([HIDDEN]));
  add('score/kernel', he([HIDDEN, labels], HIDDEN, 1));
  add('score/bias', tf.fill([labels], -2));
  // The device's word also goes straight to the scores: what it measured well needs no hidden layer to be believed.
  add('evidence/kernel', tf.zeros([evidence, labels]));
  return weights;
}

export const DIRECTIONS = ['forward', 'backward'] as const;

const get = (weights: Weights, name: string): tf.Variable => {
  const weight = weights[name];
  if (!weight) throw new RangeError(`the verifier has no weight ${name}`);
  return weight;
};

/** features [batch, frames, bands], normalised; evidence [batch, n] -> logits [batch, labels] */
export function verifierLogits(weights: Weights, features: tf.Tensor3D, evidence: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, frames, bands] = features.shape;
    let plane = features.reshape([batch, frames, bands, 1]) as tf.Tensor4D;
    for (const { name, strideTime, strideBand } of PLANE_LAYERS) {
      const kernel = get(weights, `${name}/kernel`) as unknown as tf.Tensor4D;
      plane = rectified(
        tf.add(tf.conv2d(plane, kernel, [strideTime, strideBand], 'same'), get(weights, `${name}/bias`)),
      );
    }
    const steps = plane.shape[1];
    let time = plane.reshape([batch, steps, 1, plane.shape[2] * plane.shape[3]]) as tf.Tensor4D;
    for (const { name, residual } of TIME_LAYERS) {
      const kernel = get(weights, `${name}/kernel`) as unknown as tf.Tensor4D;
      const next: tf.Tensor4D = rectified(tf.add(tf.conv2d(time, kernel, 1, 'same'), get(weights, `${name}/bias`)));
      time = residual ? tf.add(time, next) : next;
    }
    const sequence = time.reshape([batch, steps, TIME_WIDTH]) as tf.Tensor3D;
    const matrix = (name: string): tf.Tensor2D => get(weights, name) as unknown as tf.Tensor2D;
    const heard = tf.matMul(pooledWith(weights, sequence, evidence), matrix('score/kernel'));
    const told = tf.matMul(evidence, matrix('evidence/kernel'));
    return tf.addN([
      heard,
      told,
      tf.broadcastTo(get(weights, 'score/bias'), heard.shape as [number, number]),
    ]) as tf.Tensor2D;
  });
}

function pooledWith(weights: Weights, sequence: tf.Tensor3D, evidence: tf.Tensor2D): tf.Tensor2D {
  const [batch, steps] = sequence.shape;
  const stepsFirst = tf.transpose(sequence, [1, 0, 2]);
  const run = (input: tf.Tensor3D, direction: string): tf.Tensor3D =>
    lstm(
      input,
      get(weights, `${direction}/kernel`) as unknown as tf.Tensor2D,
      get(weights, `${direction}/bias`) as unknown as tf.Tensor1D,
    );
  const both = tf.concat([run(stepsFirst, 'forward'), tf.reverse(run(tf.reverse(stepsFirst, 0), 'backward'), 0)], 2);
  const states = tf.transpose(both, [1, 0, 2]);
  const width = 2 * RECURRENT_UNITS;
  const interest = tf.matMul(
    states.reshape([batch * steps, width]),
    get(weights, 'attention/kernel') as unknown as tf.Tensor2D,
  );
  const shares = tf.softmax(tf.transpose(interest.reshape([batch, steps, ATTENTION_HEADS]), [0, 2, 1]));
  const attended = tf.matMul(shares, states).reshape([batch, ATTENTION_HEADS * width]);
  const pooled = tf.concat([attended, tf.mean(states, 1), tf.max(sequence, 1), evidence], 1) as tf.Tensor2D;
  return rectified(
    tf.add(tf.matMul(pooled, get(weights, 'hidden/kernel') as unknown as tf.Tensor2D), get(weights, 'hidden/bias')),
  ) as tf.Tensor2D;
}
