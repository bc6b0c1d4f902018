import * as tf from '@tensorflow/tfjs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { normalisationOf } from '../data/batch.ts';
import type { Normalisation, Weights } from '../network/device-network.ts';
import { detectionLoss } from '../network/loss.ts';
import { AVERAGED_SHARE, Optimiser } from '../network/optimiser.ts';
import { readTensors, writeTensors, type NamedTensor } from '../network/tensor-file.ts';
import { VERIFIER_LABELS } from './example.ts';
import { anyScene, type Draw } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import type { ScoreWeights } from './last-word.ts';
import { makeVerifierBatch, type ExampleAt } from './batch.ts';
import { verifierGraph } from './graph.ts';
import { newVerifierWeights, verifierLogits } from './network.ts';

export interface TrainerOptions {
  seed: number;
  steps: number;
  batch: number;
  peakRate: number;
  /** Checkpoints are kept here; a killed run goes on from the last one. */
  checkpoint: string;
  /** Steps between two checkpoints. */
  saveEvery?: number;
  signal?: AbortSignal;
  onStep?: (step: number, steps: number, loss: number) => void;
}

/** A share of the batch: what the device let through is rare and counts most. */
export interface ExampleSet {
  draw: Draw;
  share: number;
}

interface CheckpointMeta {
  step: number;
  seed: number;
  steps: number;
}

const SAVE_EVERY = 50;
/** The verifier decides: a real alarm that it rejects costs more than one more false alert, but not by much. */
const MISS_WEIGHT = 1.5;
const SHAPE = { labels: VERIFIER_LABELS.length, evidence: EVIDENCE_SIZE };

export interface TrainedVerifier {
  tensors: Map<string, NamedTensor>;
  norm: Normalisation;
}

export class VerifierTrainer {
  private readonly options: TrainerOptions;
  private readonly first: ExampleShard;
  private readonly drawScene: Draw;
  private readonly candidates: ExampleSet | undefined;
  private norm: Normalisation;
  private readonly weights: Weights;

  /** `scenes`: what the network is shaped and normalised by, and what other examples are laid over. */
  constructor(
    options: TrainerOptions,
    scenes: readonly ExampleShard[],
    candidates?: ExampleSet,
    start?: TrainedVerifier,
  ) {
    const first = scenes[0];
    if (!first) throw new EarshotError('TRAINING', 'There is not one example to train the verifier on.');
    this.options = options;
    this.first = first;
    this.drawScene = anyScene(scenes);
    this.candidates = candidates;
    this.norm = start?.norm ?? normalisationOf(first);
    this.weights = newVerifierWeights(SHAPE, options.seed);
    if (start) for (const [name, { shape, data }] of start.tensors) this.weights[name]?.assign(tf.tensor(data, shape));
  }

  async run(): Promise<TrainedVerifier> {
    const { steps, batch, peakRate, seed, signal, onStep, checkpoint, saveEvery = SAVE_EVERY } = this.options;
    const optimiser = new Optimiser(this.weights, Object.keys(this.weights), {
      steps,
      warmUp: Math.min(80, Math.ceil(steps / 20)),
      peakRate,
      endShare: AVERAGED_SHARE,
    });
    await this.resume(optimiser);
    while (optimiser.step < steps) {
      signal?.throwIfAborted();
      // By step, so that a resumed run sees what the unbroken one would have seen.
      const random = new Random(`verifier/${seed}/${optimiser.step}`);
      const rows = Array.from({ length: batch }, () => this.draw(random));
      const made = makeVerifierBatch(rows, this.norm, () => this.drawScene(random), random);
      onStep?.(optimiser.step + 1, steps, this.step(optimiser, made, batch));
      if (optimiser.step % saveEvery === 0 || optimiser.step === steps) await this.save(optimiser, checkpoint);
      await new Promise(setImmediate);
    }
    const tensors = namedTensors(optimiser.averaged(), this.weights);
    tf.dispose(Object.values(this.weights));
    return { tensors, norm: this.norm };
  }

  private step(optimiser: Optimiser, made: ReturnType<typeof makeVerifierBatch>, batch: number): number {
    const { frames, bands } = this.first;
    const x = tf.tensor3d(made.features, [batch, frames, bands]);
    const y = tf.tensor2d(made.targets, [batch, SHAPE.labels]);
    const evidence = tf.tensor2d(made.evidence, [batch, EVIDENCE_SIZE]);
    const loss = optimiser.minimise(() => detectionLoss(verifierLogits(this.weights, x, evidence), y, MISS_WEIGHT));
    tf.dispose([x, y, evidence]);
    if (!Number.isFinite(loss))
      throw new EarshotError('TRAINING', `The verifier's loss is ${loss} at step ${optimiser.step}.`);
    return loss;
  }

  private draw(random: Random): ExampleAt {
    const { candidates } = this;
    return candidates && random.chance(candidates.share) ? candidates.draw(random) : this.drawScene(random);
  }

  private async resume(optimiser: Optimiser): Promise<void> {
    const saved = await readTensors<CheckpointMeta>(this.options.checkpoint);
    if (!saved || saved.meta.seed !== this.options.seed || saved.meta.steps !== this.options.steps) return;
    const kept = (name: string): Float32Array => {
      const tensor = saved.tensors.get(name);
      if (!tensor) throw new EarshotError('RECORD_CORRUPT', `${this.options.checkpoint} lacks ${name}.`);
      return tensor.data.slice();
    };
    this.norm = { mean: kept('norm/mean'), scale: kept('norm/scale') };
    optimiser.restore(saved.tensors, saved.meta.step);
  }

  private async save(optimiser: Optimiser, path: string): Promise<void> {
    const tensors = optimiser.save();
    tensors.set('norm/mean', { shape: [this.norm.mean.length], data: this.norm.mean });
    tensors.set('norm/scale', { shape: [this.norm.scale.length], data: this.norm.scale });
    const { seed, steps } = this.options;
    await writeTensors<CheckpointMeta>(path, { meta: { step: optimiser.step, seed, steps }, tensors });
  }
}

const namedTensors = (values: ReadonlyMap<string, Float32Array>, weights: Weights): Map<string, NamedTensor> =>
  new Map(
    [...values].map(([name, data]) => [name, { shape: weights[name]?.shape ?? [data.length], data: data.slice() }]),
  );

export const verifierOnnx = ({ tensors, norm }: TrainedVerifier, weights?: ScoreWeights): Uint8Array =>
  verifierGraph(tensors, norm, SHAPE, weights);
