/**
 * Batch normalisation with one libtensorflow operation for the values (FusedBatchNormV3) and one for the gradients.
 * Composed of tfjs's own operations, it would take longer than the convolution before it. Without libtensorflow
 * (WebAssembly), tfjs's operations compute the same.
 */
import * as tf from '@tensorflow/tfjs';
import { nativeOperation } from './native-operation.ts';

/** The small number that is added to the variance, as in Keras. */
export const EPSILON = 1e-3;

export interface Normalised {
  /** The normalised values, in the shape of the input. */
  value: tf.Tensor4D;
  /** Mean and variance of this batch, one per channel, without a gradient. */
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

const attributes = (): Parameters<typeof nativeOperation>[1] => [
  { name: 'T', kind: 'type', value: 'float' },
  { name: 'U', kind: 'type', value: 'float' },
  { name: 'epsilon', kind: 'float', value: EPSILON },
  { name: 'data_format', kind: 'string', value: 'NHWC' },
  { name: 'is_training', kind: 'bool', value: true },
];

/**
 * Normalises over everything except the channels of x [batch, height, width, channels]. Call it inside `tf.tidy` or a
 * gradient.
 */
export function batchNorm(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D): Normalised {
  return tf.getBackend() === 'tensorflow' ? native(x, scale, offset) : composed(x, scale, offset);
}

function native(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D): Normalised {
  const none = tf.tensor1d([]);
  // Compute the moments outside of `customGrad`: it returns only one tensor and would dispose of them.
  const [output, mean, variance, ...reserved] = nativeOperation(
    'FusedBatchNormV3',
    [...attributes(), { name: 'exponential_avg_factor', kind: 'float', value: 1 }],
    [x, scale, offset, none, none],
    6,
  ) as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, ...tf.Tensor[]];
  const value = tf.customGrad((...all) => {
    const save = all[3] as unknown as (tensors: tf.Tensor[]) => void;
    save([all[0] as tf.Tensor, all[1] as tf.Tensor, ...reserved]);
    return {
      value: output.clone(),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        nativeOperation('FusedBatchNormGradV3', attributes(), [dy, ...saved], 5).slice(0, 3),
    };
  })(x, scale, offset) as tf.Tensor4D;
  return { value, mean, variance };
}

function composed(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D): Normalised {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const value = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), scale), offset);
  return { value: value as tf.Tensor4D, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}
