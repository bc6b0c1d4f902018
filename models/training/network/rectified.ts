import * as tf from '@tensorflow/tfjs';

/**
 * The same as `tf.relu`, but its gradient needs two kernels instead of six. (The gradient of `tf.relu` uses tfjs-node's
 * `step`, which took a fifth of the verifier's training time.) The gradient is the sign of the output, which is 1 where
 * the output is positive and 0 elsewhere.
 */
export const rectified = tf.customGrad((x, save) => {
  const through = tf.relu(x as tf.Tensor);
  (save as (kept: tf.Tensor[]) => void)([through]);
  return { value: through, gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => tf.mul(dy, tf.sign(kept as tf.Tensor)) };
}) as <T extends tf.Tensor>(x: T) => T;
