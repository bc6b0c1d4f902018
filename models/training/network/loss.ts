import * as tf from '@tensorflow/tfjs';
import { NOT_ASKED, YES } from '../data/targets.ts';

/**
 * Cross-entropy per step and label, without the steps at which no answer is expected. Large errors count more than
 * small ones, because the threshold has to separate missed beeps from doorbells with high scores, and the many hours of
 * easy silence do not matter. A missed event costs `missWeight` times as much as a false one, because the device stage
 * must miss as little as possible.
 */
export function detectionLoss(logits: tf.Tensor2D, targets: tf.Tensor2D, missWeight: number): tf.Scalar {
  return tf.tidy(() => {
    const asked = tf.cast(tf.notEqual(targets, NOT_ASKED), 'float32');
    const yes = tf.cast(tf.equal(targets, YES), 'float32');
    // This is log(1 + exp(x)) - x y in a form that does not overflow for large or small x.
    const entropy = tf.add(tf.sub(tf.relu(logits), tf.mul(logits, yes)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
    const belief = tf.sigmoid(logits);
    const mistake = tf.abs(tf.sub(yes, belief));
    const side = tf.add(tf.mul(yes, missWeight - 1), 1);
    // The weight of an example is a constant, so no gradient flows through it.
    const weight = constant(tf.mul(tf.mul(asked, side), tf.add(tf.mul(mistake, 2), 0.3)));
    return tf.div(tf.sum(tf.mul(entropy, weight)), tf.add(tf.sum(asked), 1));
  });
}

/** The same values without a gradient. */
const constant = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor) => tf.Tensor;
