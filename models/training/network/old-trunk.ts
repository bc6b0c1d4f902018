import * as tf from '@tensorflow/tfjs';
import { assignAll, newWeights, trunk, type NetworkShape, type Weights } from './device-network.ts';

/**
 * The lower limit of a unit's variance. Without it, a unit that hardly varies within a batch would dominate the loss.
 */
const LEAST_VARIANCE = 1e-3;

/**
 * Keeps a trunk from forgetting when it is trained further. Training rewards only eight labels, so the trunk would
 * forget everything that does not help with them. But homes teach their own sounds on the trunk. So the loss requires
 * that a linear map of the new embedding gives the old embedding. The trunk may rearrange and extend its embedding, but
 * not lose information.
 */
export class OldTrunk {
  /** The linear map. It is trained together with the network and left out of the release. */
  readonly weights: Weights;
  private readonly old: Weights;

  constructor(shape: NetworkShape, trunkBefore: ReadonlyMap<string, Float32Array>) {
    this.old = newWeights(shape, [], 0);
    assignAll(this.old, trunkBefore);
    this.weights = {
      'map/kernel': tf.variable(tf.eye(shape.units), true),
      'map/bias': tf.variable(tf.zeros([shape.units]), true),
    };
  }

  /** The old embedding of the same features: [steps * batch, units]. */
  embedding(features: tf.Tensor3D): tf.Tensor2D {
    return tf.tidy(() => {
      const [steps, batch] = features.shape;
      return trunk(this.old, features).reshape([steps * batch, -1]) as tf.Tensor2D;
    });
  }

  /**
   * The share of the old embedding's variance that the new embedding no longer explains; 0 when nothing is forgotten.
   */
  loss(now: tf.Tensor2D, before: tf.Tensor2D): tf.Scalar {
    return tf.tidy(() => {
      const { 'map/kernel': kernel, 'map/bias': bias } = this.weights;
      const recalled = tf.add(tf.matMul(now, kernel as tf.Tensor as tf.Tensor2D), bias as tf.Tensor);
      const { variance } = tf.moments(before, 0);
      const error = tf.mean(tf.squaredDifference(recalled, before), 0);
      return tf.mean(tf.div(error, tf.add(variance, LEAST_VARIANCE))) as tf.Scalar;
    });
  }

  dispose(): void {
    tf.dispose(Object.values(this.old));
  }
}
