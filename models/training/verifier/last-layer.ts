/**
 * Trains only the last layer, on the device's candidates: for each label one weighted sum of what the network has found
 * in the clip. The embedding stays the same, so the sounds that a home has marked as harmless are still recognised. The
 * scores of labels that are not trained stay the same, too. Embeddings are computed before the training, so a thousand
 * steps take half a minute.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { restore } from '../data/shard.ts';
import { NOT_ASKED, YES } from '../data/targets.ts';
import { keptFile } from '../kept-file.ts';
import type { Normalisation, Weights } from '../network/device-network.ts';
import { AVERAGED_SHARE, Optimiser } from '../network/optimiser.ts';
import { makeVerifierBatch, type ExampleAt, type VerifierBatch } from './clip-batch.ts';
import { anyCandidate, anyScene } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { VERIFIER_LABELS } from './example.ts';
import { HIDDEN_LAYER, LAST_LAYER, logitsOf } from './network.ts';
import { MISS_WEIGHT, verifierOnnx, type TrainedVerifier } from './trainer.ts';

export interface LastLayerOptions {
  seed: number;
  /** Only the scores of these labels change; absent: those of all labels. */
  labels?: readonly string[];
  steps: number;
  peakRate: number;
  /** The embeddings are stored in this folder, so that a killed run does not compute them again. */
  folder: string;
  signal: AbortSignal;
  onEmbedded: (done: number, total: number) => void;
  onStep: (step: number, steps: number, loss: number) => void;
}

/** Each candidate is used as the device sent it, and once more as if through another microphone and over other sounds. */
const VARIANTS = 2;
/** The batch is large, so that every batch contains candidates of all labels. A step costs little. */
const BATCH = 256;

/** One shard's candidates with their embeddings, in `VARIANTS` copies one after the other. */
interface Embedded {
  /** Layout: [variant][candidate][embedding]. */
  embeddings: Float32Array;
  /** Layout: [variant][candidate][label]. */
  targets: Uint8Array;
}

export async function trainedLastLayer(
  { seed, labels = VERIFIER_LABELS, steps, peakRate, folder, signal, onEmbedded, onStep }: LastLayerOptions,
  start: TrainedVerifier,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
): Promise<TrainedVerifier> {
  const embedded = await embedAll({ seed, folder, signal, onEmbedded }, start, scenes, candidates);
  const weights: Weights = Object.fromEntries(
    [...HIDDEN_LAYER, ...LAST_LAYER].map((name) => {
      const { shape, data } = start.tensors.get(name) ?? missing(name);
      return [name, tf.variable(tf.tensor(data, shape), true)];
    }),
  );
  const warmUp = Math.min(80, Math.ceil(steps / 20));
  const optimiser = new Optimiser(weights, LAST_LAYER, { steps, warmUp, peakRate, endShare: AVERAGED_SHARE });
  const draw = anyCandidate(candidates);
  const width = VERIFIER_LABELS.length;
  const size = (start.tensors.get('hidden/kernel') ?? missing('hidden/kernel')).shape[0] as number;
  while (optimiser.step < steps) {
    signal.throwIfAborted();
    const random = new Random(`last-layers/${seed}/${optimiser.step}`);
    const embeddings = new Float32Array(BATCH * size);
    const targets = new Float32Array(BATCH * width);
    for (let row = 0; row < BATCH; row++) {
      const { shard, at } = draw(random);
      const from = random.integer(0, VARIANTS - 1) * shard.scenes + at;
      const known = embedded.get(shard) as Embedded;
      embeddings.set(known.embeddings.subarray(from * size, (from + 1) * size), row * size);
      targets.set(known.targets.subarray(from * width, (from + 1) * width), row * width);
    }
    const loss = optimiser.minimise(() => {
      const embedding = tf.tensor2d(embeddings, [BATCH, size]);
      const evidence = tf.slice(embedding, [0, size - EVIDENCE_SIZE]);
      return crossEntropy(logitsOf(weights, embedding, evidence), tf.tensor2d(targets, [BATCH, width]));
    });
    onStep(optimiser.step, steps, loss);
    await new Promise(setImmediate);
  }
  const averages = optimiser.averaged();
  tf.dispose(Object.values(weights));
  const tensors = new Map(start.tensors);
  for (const [name, data] of averages) {
    const { shape, data: before } = tensors.get(name) ?? missing(name);
    // Each column belongs to one label.
    const isTrained = (at: number): boolean => labels.includes(VERIFIER_LABELS[at % width] as string);
    tensors.set(name, { shape, data: before.map((old, at) => (isTrained(at) ? (data[at] as number) : old)) });
  }
  return { ...start, tensors };
}

/**
 * Plain cross-entropy of the asked labels. The loss of the other trainings (`detectionLoss`) gives the largest mistakes
 * the most weight, which separates the many clear candidates worse.
 */
function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const yes = tf.cast(tf.equal(targets, YES), 'float32');
  const asked = tf.cast(tf.notEqual(targets, NOT_ASKED), 'float32');
  const weight = tf.mul(asked, tf.add(tf.mul(yes, MISS_WEIGHT - 1), 1));
  return tf.losses.sigmoidCrossEntropy(yes, logits, weight, 0, tf.Reduction.SUM_BY_NONZERO_WEIGHTS);
}

const missing = (name: string): never => {
  throw new RangeError(`the verifier has no weight ${name}`);
};

async function embedAll(
  { seed, folder, signal, onEmbedded }: Pick<LastLayerOptions, 'seed' | 'folder' | 'signal' | 'onEmbedded'>,
  start: TrainedVerifier,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
): Promise<Map<ExampleShard, Embedded>> {
  const onnx = verifierOnnx(start);
  const kept = join(folder, `embedded-${hashOf([onnx, `${seed}`, ...scenes.map(({ mels }) => mels)])}`);
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const embedded = new Map<ExampleShard, Embedded>();
  try {
    for (const [n, shard] of candidates.entries()) {
      signal.throwIfAborted();
      const content = hashOf([shard.mels, shard.evidence, shard.targets]);
      const rows = VARIANTS * shard.scenes;
      const bytes = await keptFile(join(kept, `${content}.embedded`), () =>
        embed(session, `${seed}/${content}`, start, scenes, shard),
      );
      const targetBytes = rows * VERIFIER_LABELS.length;
      embedded.set(shard, {
        embeddings: new Float32Array(new Uint8Array(bytes.subarray(targetBytes)).buffer),
        targets: new Uint8Array(bytes.subarray(0, targetBytes)),
      });
      onEmbedded(n + 1, candidates.length);
    }
  } finally {
    await session.release();
  }
  return embedded;
}

function hashOf(parts: readonly (string | Uint8Array | Int16Array | Float32Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

/** Targets of all variants, then their embeddings. */
async function embed(
  session: InferenceSession,
  seed: string,
  { norm }: TrainedVerifier,
  scenes: readonly ExampleShard[],
  shard: ExampleShard,
): Promise<Uint8Array> {
  const { frames, bands } = shard;
  const other = anyScene(scenes);
  const parts: Uint8Array[] = [];
  const embeddings: Uint8Array[] = [];
  for (let variant = 0; variant < VARIANTS; variant++)
    for (let at = 0; at < shard.scenes; at++) {
      const random = new Random(`embedded/${seed}/${variant}/${at}`);
      const made = variant === 0 ? asSent({ shard, at }) : changed({ shard, at }, norm, () => other(random), random);
      const { embedding } = await session.run({
        features: new Tensor('float32', made.features, [1, frames, bands]),
        evidence: new Tensor('float32', made.evidence, [1, EVIDENCE_SIZE]),
      });
      parts.push(Uint8Array.from(made.targets));
      embeddings.push(new Uint8Array((embedding?.data as Float32Array).slice().buffer));
    }
  return Buffer.concat([...parts, ...embeddings]);
}

/** The candidate as the device sent it. */
function asSent({ shard, at }: ExampleAt): VerifierBatch {
  const { frames, bands, mels, evidence, targets } = shard;
  const of = <Rows extends Int16Array | Float32Array | Uint8Array>(rows: Rows, width: number): Rows =>
    rows.subarray(at * width, (at + 1) * width) as Rows;
  return {
    features: Float32Array.from(of(mels, frames * bands), (mel) => mel * restore),
    evidence: of(evidence, EVIDENCE_SIZE),
    targets: Float32Array.from(of(targets, VERIFIER_LABELS.length)),
  };
}

/** The candidate as if through another microphone and over another sound. */
function changed(one: ExampleAt, norm: Normalisation, other: () => ExampleAt, random: Random): VerifierBatch {
  const batch = makeVerifierBatch([one], norm, other, random);
  // The ONNX graph normalises its input itself.
  const features = batch.features.map((value, i) => {
    const band = i % one.shard.bands;
    return value / (norm.scale[band] as number) + (norm.mean[band] as number);
  });
  return { ...batch, features };
}
