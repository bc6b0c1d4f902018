/**
 * The layers on top of the convolutional front during its training: for a window of two seconds they predict the
 * teacher's embedding, and from the embedding the teacher's classes and the labels of device and corpus.
 */
import * as tf from '@tensorflow/tfjs';
import type { Weights } from '../network/device-network.ts';
import { NOT_ASKED, YES } from '../data/targets.ts';
import { addFrontWeights, FRONT_WIDTH, frontOf, type OnMoments } from '../verifier/front.ts';

export const EMBEDDING_SIZE = 384;

export interface WindowOutputs {
  /** The mean and the highest value of each of the front's numbers over the window. */
  pooled: tf.Tensor2D;
  embedding: tf.Tensor2D;
  /** First Earshot's labels, then the corpus's labels, then the teacher's classes. */
  logits: tf.Tensor2D;
}

export function newWindowWeights(outputs: number, seed: number): Weights {
  const weights: Weights = {};
  const add = (name: string, value: tf.Tensor): void => void (weights[name] = tf.variable(value, true));
  addFrontWeights(add, seed, true);
  const dense = (name: string, from: number, to: number, bias: number): void => {
    add(`${name}/kernel`, tf.truncatedNormal([from, to], 0, Math.sqrt(1 / from), 'float32', seed * 100 + from));
    add(`${name}/bias`, tf.fill([to], bias));
  };
  dense('embedding', 2 * FRONT_WIDTH, EMBEDDING_SIZE, 0);
  // Start with a negative bias, because nearly every answer is "no".
  dense('names', EMBEDDING_SIZE, outputs, -4);
  return weights;
}

export const swish = <T extends tf.Tensor>(x: T): T => tf.mul(x, tf.sigmoid(x));

export function windowOutputs(weights: Weights, features: tf.Tensor3D, onMoments?: OnMoments): WindowOutputs {
  const get = (name: string): tf.Tensor => {
    const weight = weights[name];
    if (!weight) throw new RangeError(`the front has no weight ${name}`);
    return weight;
  };
  const steps = frontOf(get, features, onMoments);
  const pooled = tf.concat([tf.mean(steps, 1), tf.max(steps, 1)], 1) as tf.Tensor2D;
  const dense = (x: tf.Tensor2D, name: string): tf.Tensor2D =>
    tf.add(tf.matMul(x, get(`${name}/kernel`) as tf.Tensor2D), get(`${name}/bias`));
  const embedding = dense(pooled, 'embedding');
  return { pooled, embedding, logits: dense(swish(embedding), 'names') };
}

export interface WindowAnswers {
  /** Shape: [batch, labels]: NO, YES or NOT_ASKED. */
  targets: tf.Tensor2D;
  /** Shape: [batch, classes]: probabilities; absent without a teacher. */
  scores?: tf.Tensor2D;
  /** Shape: [batch, EMBEDDING_SIZE], standardised. */
  embeddings?: tf.Tensor2D;
}

/** Weight of the embedding's error relative to the cross-entropies, which are summed over labels and classes. */
const EMBEDDING_WEIGHT = 2;

export function windowLoss(
  { embedding, logits }: WindowOutputs,
  { targets, scores, embeddings }: WindowAnswers,
): tf.Scalar {
  const [batch, labels] = targets.shape;
  const asked = tf.cast(tf.notEqual(targets, NOT_ASKED), 'float32');
  const yes = tf.cast(tf.equal(targets, YES), 'float32');
  const wanted = (scores ? tf.concat([yes, scores], 1) : yes) as tf.Tensor2D;
  const counted = scores ? (tf.concat([asked, tf.onesLike(scores)], 1) as tf.Tensor2D) : asked;
  const given = scores ? logits : tf.slice(logits, [0, 0], [batch, labels]);
  const entropy = tf.div(tf.sum(tf.mul(counted, crossEntropy(given, wanted))), batch) as tf.Scalar;
  if (!embeddings) return entropy;
  const distance = tf.mean(tf.squaredDifference(embedding, embeddings));
  return tf.add(entropy, tf.mul(distance, EMBEDDING_WEIGHT));
}

/** The gradient is written by hand, because tfjs would need a dozen operations for it. */
const crossEntropy = tf.customGrad((...all) => {
  const [logits, wanted] = all as [tf.Tensor, tf.Tensor];
  const save = all[2] as unknown as (tensors: tf.Tensor[]) => void;
  save([logits, wanted]);
  // This is log(1 + exp(x)) - x y in a form that does not overflow for large or small x.
  const value = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, wanted)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
  return {
    value,
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      return [tf.mul(dy, tf.sub(tf.sigmoid(x), y)), tf.zerosLike(y)];
    },
  };
}) as unknown as (logits: tf.Tensor2D, wanted: tf.Tensor2D) => tf.Tensor2D;
