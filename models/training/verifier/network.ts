/**
 * The verifier: a convolutional front that was trained to name the world's sounds (../windows), and on its steps of 80
 * ms a recurrent layer in both directions with attention over time, for rhythm. The last layers get the output of the
 * recurrent layer, the names that the convolutional front gives to any two seconds of the clip, and the device's
 * evidence. A clip may have any length of two seconds or more. Weights are plain named tensors, as in the device
 * network, so that training, export and tests see the same thing.
 */
import * as tf from '@tensorflow/tfjs';
import { lstm } from '../backend/fused-lstm.ts';
import { rectified } from '../network/rectified.ts';
import type { Weights } from '../network/device-network.ts';
import { EMBEDDING_SIZE, swish } from '../windows/window-network.ts';
import { addFrontWeights, frontOf, FRONT_WIDTH } from './front.ts';

export { VERIFIER_FRONT_END } from './verifier-front-end.ts';

/** The length of the clips that the device sends. */
export const CLIP_S = 10;

/**
 * The length of the windows on which the convolutional front was trained: 25 steps are two seconds. In a clip, windows
 * begin every half second.
 */
export const WINDOW_STEPS = 25;
export const WINDOW_HOP = 6;
export const RECURRENT_UNITS = 64;
export const ATTENTION_HEADS = 4;
export const HIDDEN = 96;
/** Scales the log-odds of names, so that they have about the same size as the other inputs of the hidden layer. */
export const NAME_SCALE = 0.25;

export interface VerifierShape {
  labels: number;
  evidence: number;
  /** How many sounds the convolutional front can name. */
  names: number;
}

/** Whether weights of this name belong to the layers that the first phase trains. */
export const isOfFront = (name: string): boolean => /^(front\d|embedding|names)\//.test(name);

/** Where the names start in the embedding, which is recurrent layer, names and evidence. */
export const NAMES_FROM = 2 * RECURRENT_UNITS * (ATTENTION_HEADS + 1);
export const pooledWidth = ({ names, evidence }: VerifierShape): number => NAMES_FROM + names + evidence;

export function newVerifierWeights(shape: VerifierShape, seed: number): Weights {
  const { labels, evidence, names } = shape;
  const weights: Weights = {};
  let draws = seed * 1_000;
  const add = (name: string, value: tf.Tensor): void => void (weights[name] = tf.variable(value, true));
  const drawn = (size: number[], inputs: number, gain = 2): tf.Tensor =>
    tf.truncatedNormal(size, 0, Math.sqrt(gain / inputs), 'float32', (draws += 1));
  addFrontWeights(add, seed, false);
  add('embedding/kernel', drawn([2 * FRONT_WIDTH, EMBEDDING_SIZE], 2 * FRONT_WIDTH, 1));
  add('embedding/bias', tf.zeros([EMBEDDING_SIZE]));
  add('names/kernel', drawn([EMBEDDING_SIZE, names], EMBEDDING_SIZE, 1));
  add('names/bias', tf.zeros([names]));
  const recurrent = FRONT_WIDTH + RECURRENT_UNITS;
  for (const direction of DIRECTIONS) {
    add(`${direction}/kernel`, drawn([recurrent, 4 * RECURRENT_UNITS], recurrent, 1));
    add(
      `${direction}/bias`,
      tf.concat([tf.zeros([2 * RECURRENT_UNITS]), tf.ones([RECURRENT_UNITS]), tf.zeros([RECURRENT_UNITS])]),
    );
  }
  add('attention/kernel', drawn([2 * RECURRENT_UNITS, ATTENTION_HEADS], 2 * RECURRENT_UNITS, 1));
  add('hidden/kernel', drawn([pooledWidth(shape), HIDDEN], pooledWidth(shape)));
  add('hidden/bias', tf.zeros([HIDDEN]));
  add('score/kernel', drawn([HIDDEN, labels], HIDDEN, 1));
  add('score/bias', tf.fill([labels], -2));
  // The evidence is also connected directly to the scores, because a clear measurement needs no hidden layer.
  add('evidence/kernel', tf.zeros([evidence, labels]));
  return weights;
}

export const DIRECTIONS = ['forward', 'backward'] as const;

/** The weights of all names for each label (all-names.ts), which are fitted after the layers. */
export const ALL_NAMES_TENSORS = ['allNames/kernel', 'allNames/bias'] as const;

type MatrixOf = (name: string) => tf.Tensor2D;

/** Shapes: features [batch, frames, bands], normalised; evidence [batch, n] -> logits [batch, labels]. */
export function verifierLogits(weights: Weights, features: tf.Tensor3D, evidence: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const get = fetchFrom(weights);
    const matrix: MatrixOf = (name) => get(name) as tf.Tensor2D;
    const steps = frontOf(get, features);
    const names = tf.mul(namesOf(matrix, steps), NAME_SCALE);
    const embedding = tf.concat([...recurrentSummary(matrix, steps), names, evidence], 1) as tf.Tensor2D;
    return logitsOf(weights, embedding, evidence);
  });
}

/** The layers after the embedding. In the last one, each column belongs to one label. */
export const HIDDEN_LAYER = ['hidden/kernel', 'hidden/bias'] as const;
export const LAST_LAYER = ['score/kernel', 'score/bias', 'evidence/kernel'] as const;

/** Shapes: embedding [batch, pooledWidth], whose last numbers are the evidence; evidence [batch, n] -> [batch, labels]. */
export function logitsOf(weights: Weights, embedding: tf.Tensor2D, evidence: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const get = fetchFrom(weights);
    const matrix: MatrixOf = (name) => get(name) as tf.Tensor2D;
    const hidden = rectified(tf.add(tf.matMul(embedding, matrix('hidden/kernel')), get('hidden/bias')) as tf.Tensor2D);
    const heard = tf.add(tf.matMul(hidden, matrix('score/kernel')), get('score/bias'));
    return tf.add(heard, tf.matMul(evidence, matrix('evidence/kernel')));
  });
}

const fetchFrom =
  (weights: Weights) =>
  (name: string): tf.Tensor => {
    const weight = weights[name];
    if (!weight) throw new RangeError(`the verifier has no weight ${name}`);
    return weight;
  };

/** The highest log-odds of each name in any window of the clip: [batch, names]. */
function namesOf(matrix: MatrixOf, steps: tf.Tensor3D): tf.Tensor2D {
  const [batch, count, width] = steps.shape;
  const plane = steps.reshape([batch, count, 1, width]) as tf.Tensor4D;
  const size: [number, number] = [WINDOW_STEPS, 1];
  const hop: [number, number] = [WINDOW_HOP, 1];
  const both = tf.concat([tf.avgPool(plane, size, hop, 'valid'), tf.maxPool(plane, size, hop, 'valid')], 3);
  const windows = both.shape[1] as number;
  const rows = both.reshape([batch * windows, 2 * width]) as tf.Tensor2D;
  const embedding = tf.add(tf.matMul(rows, matrix('embedding/kernel')), matrix('embedding/bias')) as tf.Tensor2D;
  const names = tf.add(tf.matMul(swish(embedding), matrix('names/kernel')), matrix('names/bias'));
  return tf.max(names.reshape([batch, windows, -1]), 1) as tf.Tensor2D;
}

function recurrentSummary(matrix: MatrixOf, sequence: tf.Tensor3D): [tf.Tensor2D, tf.Tensor2D] {
  const [batch, steps] = sequence.shape;
  const stepsFirst = tf.transpose(sequence, [1, 0, 2]);
  const run = (input: tf.Tensor3D, direction: string): tf.Tensor3D =>
    lstm(input, matrix(`${direction}/kernel`), matrix(`${direction}/bias`) as tf.Tensor as tf.Tensor1D);
  const both = tf.concat([run(stepsFirst, 'forward'), tf.reverse(run(tf.reverse(stepsFirst, 0), 'backward'), 0)], 2);
  const states = tf.transpose(both, [1, 0, 2]);
  const width = 2 * RECURRENT_UNITS;
  const interest = tf.matMul(states.reshape([batch * steps, width]) as tf.Tensor2D, matrix('attention/kernel'));
  const shares = tf.softmax(tf.transpose(interest.reshape([batch, steps, ATTENTION_HEADS]), [0, 2, 1]));
  const attended = tf.matMul(shares, states).reshape([batch, ATTENTION_HEADS * width]) as tf.Tensor2D;
  return [attended, tf.mean(states, 1) as tf.Tensor2D];
}
