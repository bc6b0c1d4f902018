/**
 * Self-supervision: from unlabelled sound the trunk learns to predict how the sound continues. Its state then
 * represents a continuing beep, a ringing shard of glass or a repeated rhythm even before the training with labels.
 */
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../synthesis/random.ts';
import { makeBatch } from '../data/scene-batch.ts';
import { shardPath } from '../data/scene-shards.ts';
import { readShard, type Shard } from '../data/shard.ts';
import { newWeights, trunk, TRUNK_WEIGHTS, type NetworkShape, type Normalisation } from '../network/device-network.ts';
import { Optimiser } from '../network/optimiser.ts';
import type { NamedTensor } from '../network/tensor-file.ts';

/**
 * Number of steps ahead to predict: 0.16 s and 0.48 s. This is near enough to be predicted from the sound, but too far
 * to be predicted from the last frame alone.
 */
const AHEAD_STEPS = [4, 12] as const;

export interface PretrainingRun {
  shape: NetworkShape;
  shardFolder: string;
  shards: number;
  steps: number;
  batch: number;
  seed: number;
  /**
   * The normalisation of the features. A later training must use the same one, because weights fit only the features on
   * which they were trained.
   */
  norm: Normalisation;
  signal: AbortSignal;
  onProgress: (step: number, steps: number, loss: number) => void;
}

/** Trains the trunk and returns its averaged weights, with which a training with labels can start. */
export async function pretrainTrunk(run: PretrainingRun): Promise<Map<string, NamedTensor>> {
  const { shape, steps, batch, seed, norm } = run;
  const shards = await readAll(run);
  const width = shape.bands * shape.framesPerStep;
  const weights = newWeights(shape, [], seed);
  const predictors = AHEAD_STEPS.map((ahead) => `ahead${ahead}`);
  for (const name of predictors)
    weights[name] = tf.variable(tf.randomNormal([shape.units, width], 0, 0.05, 'float32', seed));
  const optimiser = new Optimiser(weights, [...TRUNK_WEIGHTS, ...predictors], {
    steps,
    warmUp: steps / 10,
    peakRate: 2e-3,
  });
  while (optimiser.step < steps) {
    run.signal.throwIfAborted();
    const random = new Random(`pretraining/${seed}/${optimiser.step}`);
    const rows = Array.from({ length: batch }, () => {
      const shard = random.pick(shards);
      return [{ shard, scene: random.integer(0, shard.scenes - 1) }];
    });
    const { features, steps: length } = makeBatch(rows, norm, [], random);
    const x = tf.tensor3d(features, [length, batch, width]);
    const loss = optimiser.minimise(() => {
      const embedding = trunk(weights, x);
      const errors = AHEAD_STEPS.map((ahead) => {
        const seen = embedding
          .slice([0, 0, 0], [length - ahead, -1, -1])
          .reshape([(length - ahead) * batch, shape.units]) as tf.Tensor2D;
        const guess = tf.matMul(seen, weights[`ahead${ahead}`] as unknown as tf.Tensor2D);
        return tf.mean(tf.abs(tf.sub(guess, x.slice([ahead, 0, 0]).reshape([(length - ahead) * batch, width]))));
      });
      return tf.addN(errors) as tf.Scalar;
    });
    x.dispose();
    run.onProgress(optimiser.step, steps, loss);
    await new Promise(setImmediate);
  }
  const averaged = optimiser.averaged();
  const named = new Map(
    TRUNK_WEIGHTS.map((name) => [
      name,
      { shape: (weights[name] as tf.Variable).shape, data: averaged.get(name) as Float32Array },
    ]),
  );
  tf.dispose(Object.values(weights));
  return named;
}

async function readAll({ shardFolder, shards }: PretrainingRun): Promise<Shard[]> {
  const read = await Promise.all(
    Array.from({ length: shards }, (_, shard) => readShard(shardPath(shardFolder, shard))),
  );
  return read.filter((shard) => shard !== null);
}
