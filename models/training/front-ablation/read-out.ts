/**
 * Scores of a trained front for one label: from a logistic regression on the front's numbers, and from the front's own
 * layer that names sounds.
 */
import * as tf from '@tensorflow/tfjs';
import { KNOWN_LABELS, type KnownLabel } from '@earshot/shared/labels.ts';
import { regress, valueOf } from '../calibration/fit-decision.ts';
import { NOT_ASKED, YES } from '../data/targets.ts';
import type { Weights } from '../network/device-network.ts';
import { momentsOf } from '../windows/window-batch.ts';
import { windowOutputs } from '../windows/window-network.ts';
import { byteToMel, type WindowShard } from '../windows/window-shard.ts';
import type { TrainedFront } from '../windows/window-trainer.ts';

const BATCH = 64;

/** The outputs of a front, a row for each window. */
export interface Heard {
  /** The mean and the highest value of each of the front's numbers: the last layer that all variants have in common. */
  pooled: Float32Array[];
  /** The log-odds of each name that the front learned. Our own labels are the first ones. */
  names: Float32Array[];
}

export function heardBy({ tensors, norm }: TrainedFront, shards: readonly WindowShard[]): Heard {
  const weights: Weights = {};
  for (const [name, { shape, data }] of tensors) weights[name] = tf.tidy(() => tf.variable(tf.tensor(data, shape)));
  const heard: Heard = { pooled: [], names: [] };
  for (const { mels, windows, frames, bands } of shards)
    for (let from = 0; from < windows; from += BATCH) {
      const batch = Math.min(BATCH, windows - from);
      const bytes = mels.subarray(from * frames * bands, (from + batch) * frames * bands);
      const features = Float32Array.from(bytes, (byte, i) => {
        const band = i % bands;
        return ((byteToMel[byte] as number) - (norm.mean[band] as number)) * (norm.scale[band] as number);
      });
      tf.tidy(() => {
        const { pooled, logits } = windowOutputs(weights, tf.tensor3d(features, [batch, frames, bands]));
        heard.pooled.push(...rowsOf(pooled));
        heard.names.push(...rowsOf(logits));
      });
    }
  tf.dispose(Object.values(weights));
  return heard;
}

function rowsOf(of: tf.Tensor2D): Float32Array[] {
  const [rows, columns] = of.shape;
  const data = of.dataSync();
  return Array.from({ length: rows }, (_, row) => Float32Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

/** The answers for a label, one for each window. */
export const answersOf = (shards: readonly WindowShard[], label: KnownLabel): number[] =>
  shards.flatMap(({ targets, labels, windows }) =>
    Array.from({ length: windows }, (_, window) => targets[window * labels.length + labels.indexOf(label)] as number),
  );

/**
 * Fits a logistic regression to rows whose answer is known. Rows with "yes" have the same total weight as rows with
 * "no".
 */
export function readOut(rows: readonly Float32Array[], answers: readonly number[]): (row: Float32Array) => number {
  const width = rows[0]?.length ?? 0;
  const { mean, deviation } = momentsOf(rows.length, width, (i) => rows[Math.floor(i / width)]?.[i % width] as number);
  const standard = (row: Float32Array): Float32Array =>
    row.map((x, i) => (x - (mean[i] as number)) / ((deviation[i] as number) + 1e-3));
  const scaled = rows.map(standard);
  const indices = Array.from({ length: width }, (_, i) => i);
  const free = indices.map(() => 0 as const);
  const fitted = regress(
    scaled.filter((_, n) => answers[n] === YES),
    scaled.filter((_, n) => answers[n] !== YES && answers[n] !== NOT_ASKED),
    indices,
    free,
    { bias: 0, weights: new Float64Array(width) },
  );
  return (row) => valueOf(fitted, standard(row), indices);
}

export const ownWord =
  (label: KnownLabel) =>
  (names: Float32Array): number =>
    names[KNOWN_LABELS.indexOf(label)] as number;
