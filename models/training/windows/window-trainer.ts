/**
 * The first phase of the verifier's training: trains the convolutional front on windows with the teacher's answers and
 * the corpus's labels.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { Random } from '../../synthesis/random.ts';
import type { Normalisation, Weights } from '../network/device-network.ts';
import { AVERAGED_SHARE, Optimiser } from '../network/optimiser.ts';
import { readTensors, writeTensors, type NamedTensor } from '../network/tensor-file.ts';
import { foldFront, type Moments } from '../verifier/front.ts';
import {
  drawWindows,
  embeddingScale,
  windowNormalisation,
  type EmbeddingScale,
  type WindowBatch,
} from './window-batch.ts';
import { newWindowWeights, windowLoss, windowOutputs } from './window-network.ts';
import { readWindowShard, windowShardPath, type WindowShard } from './window-shard.ts';

export interface WindowTraining {
  seed: number;
  steps: number;
  batch: number;
  peakRate: number;
  /** The folder into which the renderer writes shards. The training begins when the first few shards exist. */
  folder: string;
  shards: number;
  firstShards: number;
  checkpoint: string;
  /** Selects the answers of a shard that the front learns from; absent: all of them. */
  select?: (shard: WindowShard) => WindowShard;
  signal: AbortSignal;
  onStep?: (step: number, steps: number, loss: number) => void;
}

/** The convolutional front with its normalisation folded in, and the layers that name sounds. */
export interface TrainedFront {
  tensors: Map<string, NamedTensor>;
  norm: Normalisation;
  names: string[];
}

interface CheckpointMeta {
  step: number;
  seed: number;
  steps: number;
  names: string[];
}

const SAVE_EVERY = 200;
const LOOK_EVERY = 50;
const WAIT_MS = 2_000;
/** When the normalisation is folded into the weights, its mean and variance are averaged over this many batches. */
const MOMENT_BATCHES = 60;

export class WindowTrainer {
  private readonly options: WindowTraining;
  private readonly shards = new Map<number, WindowShard>();

  constructor(options: WindowTraining) {
    this.options = options;
  }

  async run(): Promise<TrainedFront> {
    const { steps, batch, peakRate, seed, signal, onStep, firstShards } = this.options;
    await this.look();
    while (this.shards.size < firstShards) {
      await sleep(WAIT_MS, undefined, { signal });
      await this.look();
    }
    // Always take the normalisation from the first shard, so that a resumed run uses the same one.
    const first = this.shards.get(0) as WindowShard;
    const norm = windowNormalisation(first);
    const embedding = embeddingScale(first);
    const names = [...first.labels, ...first.classes];
    const weights = newWindowWeights(names.length, seed);
    const optimiser = new Optimiser(weights, Object.keys(weights), {
      steps,
      warmUp: Math.min(200, Math.ceil(steps / 20)),
      peakRate,
      endShare: AVERAGED_SHARE,
    });
    await this.resume(optimiser, names);
    while (optimiser.step < steps) {
      signal.throwIfAborted();
      if (optimiser.step % LOOK_EVERY === 0) await this.look();
      // The random numbers depend only on the step, so that a resumed run uses the same windows as an uninterrupted
      // one.
      const random = new Random(`windows/${seed}/${optimiser.step}`);
      const drawn = drawWindows([...this.shards.values()], batch, norm, embedding, random);
      // Keep this training step as a separate statement. As the argument of the optional call below it would not run
      // without a callback, and nothing would be learned.
      const loss = learn(optimiser, weights, drawn, first, batch);
      onStep?.(optimiser.step, steps, loss);
      if (optimiser.step % SAVE_EVERY === 0 || optimiser.step === steps) await this.save(optimiser, names);
      await new Promise(setImmediate);
    }
    return this.folded(optimiser, weights, norm, embedding, names);
  }

  private async look(): Promise<void> {
    const { folder, shards, select = (shard) => shard } = this.options;
    for (let shard = 0; shard < shards; shard++) {
      if (this.shards.has(shard)) continue;
      const read = await readWindowShard(windowShardPath(folder, shard));
      if (read) this.shards.set(shard, select(read));
    }
  }

  /**
   * The averaged weights with the normalisation folded in. Its mean and variance are measured again, because those
   * from the training steps belong to other weights.
   */
  private folded(
    optimiser: Optimiser,
    weights: Weights,
    norm: Normalisation,
    embedding: EmbeddingScale,
    names: string[],
  ): TrainedFront {
    const { batch, seed } = this.options;
    const averaged = new Map(
      [...optimiser.averaged()].map(([name, data]) => [name, { shape: weights[name]?.shape ?? [data.length], data }]),
    );
    for (const [name, { shape, data }] of averaged) weights[name]?.assign(tf.tensor(data, shape));
    const shards = [...this.shards.values()];
    const sums = new Map<string, Moments>();
    for (let n = 0; n < MOMENT_BATCHES; n++) {
      const { features } = drawWindows(shards, batch, norm, embedding, new Random(`moments/${seed}/${n}`));
      tf.tidy(() => {
        const { frames, bands } = shards[0] as WindowShard;
        windowOutputs(weights, tf.tensor3d(features, [batch, frames, bands]), (layer, mean, variance) =>
          addTo(sums, layer, mean.dataSync() as Float32Array, variance.dataSync() as Float32Array),
        );
      });
    }
    tf.dispose(Object.values(weights));
    const tensors = foldFront(averaged, sums);
    for (const name of ['embedding/kernel', 'embedding/bias', 'names/kernel', 'names/bias'])
      tensors.set(name, averaged.get(name) as NamedTensor);
    return { tensors, norm, names };
  }

  private async resume(optimiser: Optimiser, names: readonly string[]): Promise<void> {
    const { checkpoint, seed, steps } = this.options;
    const saved = await readTensors<CheckpointMeta>(checkpoint);
    if (!saved || saved.meta.seed !== seed || saved.meta.steps !== steps) return;
    if (saved.meta.names.join() !== names.join())
      throw new EarshotError(
        'TRAINING',
        `The training in ${checkpoint} began with other labels or another teacher: use a different --work folder.`,
      );
    optimiser.restore(saved.tensors, saved.meta.step);
  }

  private async save(optimiser: Optimiser, names: string[]): Promise<void> {
    const { checkpoint, seed, steps } = this.options;
    const meta = { step: optimiser.step, seed, steps, names };
    await writeTensors<CheckpointMeta>(checkpoint, { meta, tensors: optimiser.save() });
  }
}

function learn(
  optimiser: Optimiser,
  weights: Weights,
  { features, targets, scores, embeddings }: WindowBatch,
  { frames, bands, labels, classes, embeddingSize }: WindowShard,
  batch: number,
): number {
  const x = tf.tensor3d(features, [batch, frames, bands]);
  const answers = {
    targets: tf.tensor2d(targets, [batch, labels.length]),
    ...(embeddingSize === 0
      ? {}
      : {
          scores: tf.tensor2d(scores, [batch, classes.length]),
          embeddings: tf.tensor2d(embeddings, [batch, embeddingSize]),
        }),
  };
  const loss = optimiser.minimise(() =>
    windowLoss(
      windowOutputs(weights, x, () => undefined),
      answers,
    ),
  );
  tf.dispose([x, ...Object.values(answers)]);
  return loss;
}

function addTo(sums: Map<string, Moments>, layer: string, mean: Float32Array, variance: Float32Array): void {
  const sum = sums.get(layer) ?? {
    mean: new Float32Array(mean.length),
    variance: new Float32Array(variance.length),
  };
  sums.set(layer, sum);
  mean.forEach((value, i) => (sum.mean[i] = (sum.mean[i] as number) + value / MOMENT_BATCHES));
  variance.forEach((value, i) => (sum.variance[i] = (sum.variance[i] as number) + value / MOMENT_BATCHES));
}
