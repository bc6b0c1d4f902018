/**
 * Semi-supervision: a first network, the teacher, is trained on the few labelled scenes and then labels the many
 * unlabelled ones. Its certain answers become labels; elsewhere no answer is expected. A second network, the student,
 * then learns from both kinds of scenes.
 */
import * as tf from '@tensorflow/tfjs';
import { makeBatch } from '../data/scene-batch.ts';
import type { Shard } from '../data/shard.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import type { Trained } from '../device-trainer.ts';
import { assignAll, heads, newWeights, trunk, type NetworkShape } from '../network/device-network.ts';

/**
 * Answers of the teacher that are at least this certain become labels. The limits are strict, because a wrong "yes" is
 * worse than a missing one.
 */
const SURE_YES = 0.9;
const SURE_NO = 0.08;
const SCENES_AT_ONCE = 32;

/** Copies the shard, with the teacher's answers as labels. */
export function pseudoLabelled(shard: Shard, teacher: Trained, shape: NetworkShape, labels: readonly string[]): Shard {
  const weights = newWeights(shape, labels, 0);
  assignAll(weights, teacher.weights);
  const targets = new Uint8Array(shard.targets.length).fill(NOT_ASKED);
  const columns = labels.map((label) => shard.labels.indexOf(label));
  for (let from = 0; from < shard.scenes; from += SCENES_AT_ONCE) {
    const count = Math.min(SCENES_AT_ONCE, shard.scenes - from);
    const rows = Array.from({ length: count }, (_, i) => [{ shard, scene: from + i }]);
    const { features, steps } = makeBatch(rows, teacher.norm, labels, null);
    const scores = tf.tidy(() => {
      const embedding = trunk(weights, tf.tensor3d(features, [steps, count, shape.bands * shape.framesPerStep]));
      return tf
        .sigmoid(heads(weights, labels, embedding.reshape([steps * count, shape.units]) as tf.Tensor2D))
        .dataSync();
    });
    for (let i = 0; i < scores.length; i++) {
      const label = i % labels.length;
      const row = Math.floor(i / labels.length);
      const [step, scene] = [Math.floor(row / count), from + (row % count)];
      targets[(scene * shard.steps + step) * shard.labels.length + (columns[label] as number)] = answerOf(
        scores[i] as number,
      );
    }
  }
  tf.dispose(Object.values(weights));
  return { ...shard, targets };
}

const answerOf = (score: number): number => (score >= SURE_YES ? YES : score <= SURE_NO ? NO : NOT_ASKED);
