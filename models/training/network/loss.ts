import * as tf from '@tensorflow/tfjs';
import { NOT_ASKED, YES } from '../data/targets.ts';

/**
 * Cross-entropy per step and label, without the steps at which no answer is expected. Large errors have a higher
 * weight: beeps with low scores and doorbells with high scores decide how good a threshold can be, and the many hours
 * of easy silence do not. A missed event costs `missWeight` times as much as a false one, because the device stage must
 * miss as little as possible.
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
    // Treat the weight of an example as a constant, so that no gradient flows through it.
    const weight = constant(tf.mul(tf.mul(asked, side), tf.add(tf.mul(mistake, 2), 0.3)));
    return tf.div(tf.sum(tf.mul(entropy, weight)), tf.add(tf.sum(asked), 1));
  });
}

/** Returns the same values as a constant, which passes no gradient. */
const constant = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor) => tf.Tensor;
