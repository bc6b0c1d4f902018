import * as tf from '@tensorflow/tfjs';

/**
 * The same as `tf.relu`, but its gradient takes two kernels instead of six (which tfjs-node's `step` costs, a fifth
 * of the verifier's training time): where the output is positive, its sign is one.
 */
export const rectified = tf.customGrad((x, save) => {
  const through = tf.relu(x as tf.Tensor);
  (save as (kept: tf.Tensor[]) => void)([through]);
  return { value: through, gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => tf.mul(dy, tf.sign(kept as tf.Tensor)) };
}) as <T extends tf.Tensor>(x: T) => T;
