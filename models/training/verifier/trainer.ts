import * as tf from '@tensorflow/tfjs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import type { Normalisation, Weights } from '../network/device-network.ts';
import { detectionLoss } from '../network/loss.ts';
import { AVERAGED_SHARE, Optimiser, warmUpOf } from '../network/optimiser.ts';
import { readTensors, writeTensors, type NamedTensor } from '../network/tensor-file.ts';
import { VERIFIER_LABELS } from './example.ts';
import { anyScene, type Draw } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { makeVerifierBatch, type ExampleAt } from './clip-batch.ts';
import { withoutUnitsOf } from './own-units.ts';
import { verifierGraph, type Tensors, type VerifierGraphOptions } from './verifier-graph.ts';
import { isOfFront, newVerifierWeights, verifierLogits, type VerifierShape } from './network.ts';

/** The convolutional front is trained on windows (front-training.ts) and stays unchanged here. */
export interface TrainerOptions {
  seed: number;
  steps: number;
  batch: number;
  peakRate: number;
  /** Checkpoints are stored here; a killed run continues from the last one. */
  checkpoint: string;
  /** Steps between two checkpoints. */
  saveEvery?: number;
  signal?: AbortSignal;
  onStep?: (step: number, steps: number, loss: number) => void;
}

/**
 * A set of examples and the share of each batch that is drawn from it. The share does not follow from the size of the
 * set: the device's candidates are few, but they matter most.
 */
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
/**
 * How much more a missed event costs than a false one. It is above 1, because the verifier has the final decision about
 * an alarm.
 */
export const MISS_WEIGHT = 1.5;

export interface TrainedVerifier {
  /**
   * The weights by name. At the start of a training some may be missing, e.g. all but those of the convolutional front.
   */
  tensors: Map<string, NamedTensor>;
  norm: Normalisation;
  /**
   * Shape [labels, names]. `names` are the sounds that the convolutional front can name. An entry says whether the name
   * means the label, another sound or neither (relation.ts).
   */
  relation: NamedTensor;
}

const shapeOf = ({ relation }: Pick<TrainedVerifier, 'relation'>): VerifierShape => ({
  labels: VERIFIER_LABELS.length,
  evidence: EVIDENCE_SIZE,
  names: relation.shape[1] as number,
});

/** The layers that all labels share. A training in which all labels learn together begins with these. */
export const withoutOwnUnits = (tensors: Tensors): Tensors =>
  tensors.has('hidden/kernel') ? withoutUnitsOf(tensors, [...VERIFIER_LABELS.keys()]) : tensors;

export class VerifierTrainer {
  private readonly options: TrainerOptions;
  private readonly first: ExampleShard;
  private readonly drawScene: Draw;
  private readonly candidates: ExampleSet | undefined;
  private readonly start: TrainedVerifier;
  private readonly weights: Weights;

  /**
   * `scenes` are also mixed under other examples. `start` is the trained convolutional front, or a whole verifier that
   * is trained further.
   */
  constructor(
    options: TrainerOptions,
    start: TrainedVerifier,
    scenes: readonly ExampleShard[],
    candidates?: ExampleSet,
  ) {
    const first = scenes[0];
    if (!first)
      throw new EarshotError(
        'TRAINING',
        'There is no example on which the verifier can be trained: check the corpus and the recipe.',
      );
    this.options = options;
    this.first = first;
    this.drawScene = anyScene(scenes);
    this.candidates = candidates;
    this.start = start;
    this.weights = newVerifierWeights(shapeOf(start), options.seed);
    for (const [name, { shape, data }] of withoutOwnUnits(start.tensors))
      this.weights[name]?.assign(tf.tensor(data, shape));
  }

  async run(): Promise<TrainedVerifier> {
    const { steps, batch, peakRate, seed, signal, onStep, checkpoint } = this.options;
    const { saveEvery = SAVE_EVERY } = this.options;
    const { norm, relation } = this.start;
    const learned = Object.keys(this.weights).filter((name) => !isOfFront(name));
    const optimiser = new Optimiser(this.weights, learned, {
      steps,
      warmUp: warmUpOf(steps),
      peakRate,
      endShare: AVERAGED_SHARE,
    });
    await this.resume(optimiser);
    while (optimiser.step < steps) {
      signal?.throwIfAborted();
      // The random numbers depend only on the step, so that a resumed run uses the same examples as an uninterrupted
      // one.
      const random = new Random(`verifier/${seed}/${optimiser.step}`);
      const rows = Array.from({ length: batch }, () => this.draw(random));
      const made = makeVerifierBatch(rows, norm, () => this.drawScene(random), random);
      // Keep this as a separate statement. As the argument of the optional call below, it would not run without a
      // listener, and nothing would be learned.
      const loss = this.step(optimiser, made, batch);
      onStep?.(optimiser.step, steps, loss);
      if (optimiser.step % saveEvery === 0 || optimiser.step === steps) await this.save(optimiser, checkpoint);
      await new Promise(setImmediate);
    }
    const tensors = this.averaged(optimiser);
    tf.dispose(Object.values(this.weights));
    return { tensors, norm, relation };
  }

  private step(optimiser: Optimiser, made: ReturnType<typeof makeVerifierBatch>, batch: number): number {
    const { frames, bands } = this.first;
    const x = tf.tensor3d(made.features, [batch, frames, bands]);
    const y = tf.tensor2d(made.targets, [batch, VERIFIER_LABELS.length]);
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

  /** The averages of the trained weights; all other weights are unchanged. */
  private averaged(optimiser: Optimiser): Map<string, NamedTensor> {
    const averages = optimiser.averaged();
    return new Map(
      Object.entries(this.weights).map(([name, weight]) => [
        name,
        { shape: weight.shape, data: averages.get(name)?.slice() ?? new Float32Array(weight.dataSync()) },
      ]),
    );
  }

  private async resume(optimiser: Optimiser): Promise<void> {
    const saved = await readTensors<CheckpointMeta>(this.options.checkpoint);
    if (saved?.meta.seed === this.options.seed && saved.meta.steps === this.options.steps)
      optimiser.restore(saved.tensors, saved.meta.step);
  }

  private async save(optimiser: Optimiser, path: string): Promise<void> {
    const { seed, steps } = this.options;
    const meta = { step: optimiser.step, seed, steps };
    await writeTensors<CheckpointMeta>(path, { meta, tensors: optimiser.save() });
  }
}

export const verifierOnnx = (verifier: TrainedVerifier, options?: VerifierGraphOptions): Uint8Array =>
  verifierGraph(verifier.tensors, verifier.norm, verifier.relation, shapeOf(verifier), options);
