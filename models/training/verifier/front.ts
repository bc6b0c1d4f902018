/**
 * The convolutional front: log-mel frames in, one vector of 160 numbers every 80 ms out. It is trained with batch
 * normalisation on windows of two seconds; afterwards the normalisation is folded into the convolutions, so that only
 * kernels and biases remain.
 */
import * as tf from '@tensorflow/tfjs';
import { batchNorm, EPSILON } from '../backend/fused-batch-norm.ts';
import { rectified } from '../network/rectified.ts';
import type { NamedTensor } from '../network/tensor-file.ts';

export interface FrontLayer {
  name: string;
  from: number;
  to: number;
  stride: number;
  /** Whether pairs of bands are averaged before this layer. */
  pooled?: boolean;
}

const KERNEL = 3;
export const FRONT_WIDTH = 160;
/** Strides of the convolutions: from 80 bands to 5, and from 10 ms to 80 ms. */
export const FRONT_LAYERS: readonly FrontLayer[] = [
  { name: 'front1', from: 1, to: 16, stride: 2 },
  { name: 'front2', from: 16, to: 32, stride: 2 },
  { name: 'front3', from: 32, to: 48, stride: 1 },
  { name: 'front4', from: 48, to: 64, stride: 2 },
  { name: 'front5', from: 64, to: 96, stride: 1 },
  { name: 'front6', from: 96, to: 128, stride: 1 },
  { name: 'front7', from: 128, to: FRONT_WIDTH, stride: 1, pooled: true },
];

export type Fetch = (name: string) => tf.Tensor;

/**
 * Adds kernels with random values, and for each either the scale and offset of the batch normalisation (`normalised`)
 * or a bias.
 */
export function addFrontWeights(
  add: (name: string, value: tf.Tensor) => void,
  seed: number,
  normalised: boolean,
): void {
  FRONT_LAYERS.forEach(({ name, from, to }, i) => {
    const spread = Math.sqrt(2 / (KERNEL * KERNEL * from));
    add(`${name}/kernel`, tf.truncatedNormal([KERNEL, KERNEL, from, to], 0, spread, 'float32', seed * 100 + i));
    if (normalised) add(`${name}/scale`, tf.ones([to]));
    add(normalised ? `${name}/offset` : `${name}/bias`, tf.zeros([to]));
  });
}

/** Mean and variance of each channel before normalisation, for one batch and layer. */
export type OnMoments = (layer: string, mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/**
 * Shapes: features [batch, frames, bands], normalised -> [batch, steps, FRONT_WIDTH]. With `onMoments`, each layer is
 * normalised by the moments of this batch, which are reported.
 */
export function frontOf(get: Fetch, features: tf.Tensor3D, onMoments?: OnMoments): tf.Tensor3D {
  let plane = tf.expandDims(features, 3) as unknown as tf.Tensor4D;
  for (const { name, stride, pooled } of FRONT_LAYERS) {
    if (pooled) plane = tf.avgPool(plane, [1, 2], [1, 2], 'same');
    const sum = tf.conv2d(plane, get(`${name}/kernel`) as tf.Tensor4D, stride, 'same');
    if (!onMoments) {
      plane = rectified(tf.add(sum, get(`${name}/bias`)) as tf.Tensor4D);
      continue;
    }
    const { value, mean, variance } = batchNorm(
      sum,
      get(`${name}/scale`) as tf.Tensor1D,
      get(`${name}/offset`) as tf.Tensor1D,
    );
    onMoments(name, mean, variance);
    plane = rectified(value);
  }
  return tf.mean(plane, 2) as tf.Tensor3D;
}

export interface Moments {
  mean: Float32Array;
  variance: Float32Array;
}

/** Kernels and biases that give the same results without normalisation, computed from the moments of many batches. */
export function foldFront(
  tensors: ReadonlyMap<string, NamedTensor>,
  moments: ReadonlyMap<string, Moments>,
): Map<string, NamedTensor> {
  const folded = new Map<string, NamedTensor>();
  for (const { name, to } of FRONT_LAYERS) {
    const part = (kind: string): NamedTensor => {
      const tensor = tensors.get(`${name}/${kind}`);
      if (!tensor) throw new RangeError(`the front has no weight ${name}/${kind}`);
      return tensor;
    };
    const { mean, variance } = moments.get(name) as Moments;
    const gain = part('scale').data.map((scale, channel) => scale / Math.sqrt((variance[channel] as number) + EPSILON));
    const kernel = part('kernel');
    folded.set(`${name}/kernel`, {
      shape: kernel.shape,
      data: kernel.data.map((value, i) => value * (gain[i % to] as number)),
    });
    const bias = part('offset').data.map(
      (offset, channel) => offset - (mean[channel] as number) * (gain[channel] as number),
    );
    folded.set(`${name}/bias`, { shape: [to], data: bias });
  }
  return folded;
}
