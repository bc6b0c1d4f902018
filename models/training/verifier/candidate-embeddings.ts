/**
 * Computes the embeddings of the device's candidates and stores them, so that a training of the layers above needs no
 * audio.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { restore } from '../data/shard.ts';
import { keptFile } from '../kept-file.ts';
import type { Normalisation } from '../network/device-network.ts';
import { makeVerifierBatch, type ExampleAt, type VerifierBatch } from './clip-batch.ts';
import { anyScene } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { VERIFIER_LABELS } from './example.ts';
import { ALL_NAMES_TENSORS, HIDDEN_LAYER, LAST_LAYER } from './network.ts';
import { verifierOnnx, withoutOwnUnits, type TrainedVerifier } from './trainer.ts';
import { tensorOf } from './verifier-graph.ts';

/** Each candidate is used as the device sent it, and once more as if through another microphone and over other sounds. */
export const VARIANTS = 2;

/** Increase this when a change of `clip-batch.ts` changes how candidates are changed. */
const EMBEDDINGS_VERSION = 1;

/** One shard's candidates with their embeddings, in `VARIANTS` copies one after the other. */
export interface Embedded {
  /** Layout: [variant][candidate][embedding]. */
  embeddings: Float32Array;
  /** Layout: [variant][candidate][label]. */
  targets: Uint8Array;
}

export interface EmbeddingRun {
  seed: number;
  /** The embeddings are stored in this folder, so that a killed run does not compute them again. */
  folder: string;
  signal: AbortSignal;
  /** The share of the changed candidates that are mixed with another sound; absent: the usual one. */
  overAnother?: number;
  onEmbedded: (done: number, total: number) => void;
}

export async function embeddedCandidates(
  { seed, folder, signal, overAnother, onEmbedded }: EmbeddingRun,
  verifier: TrainedVerifier,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
): Promise<Map<ExampleShard, Embedded>> {
  const onnx = verifierOnnx(withoutTop(verifier));
  const made = [onnx, `${seed}/${VARIANTS}/${EMBEDDINGS_VERSION}${overAnother === undefined ? '' : `/${overAnother}`}`];
  const mixed = scenes.flatMap(({ mels, targets }) => [mels, targets]);
  const kept = join(folder, `embedded-${hashOf([...made, ...mixed])}`);
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const embedded = new Map<ExampleShard, Embedded>();
  try {
    for (const [n, shard] of candidates.entries()) {
      signal.throwIfAborted();
      const content = hashOf([shard.mels, shard.evidence, shard.targets]);
      const rows = VARIANTS * shard.scenes;
      const bytes = await keptFile(join(kept, `${content}.embedded`), () =>
        embed(session, `${seed}/${content}`, verifier, scenes, shard, { signal, overAnother }),
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

/**
 * The same verifier with zeros in the layers above the embedding. Stored embeddings stay valid while these layers are
 * trained, and only then.
 */
function withoutTop({ tensors, ...rest }: TrainedVerifier): TrainedVerifier {
  const zeroed = new Map(withoutOwnUnits(tensors));
  for (const name of ALL_NAMES_TENSORS) zeroed.delete(name);
  for (const name of [...HIDDEN_LAYER, ...LAST_LAYER]) {
    const { shape, data } = tensorOf(zeroed, name);
    zeroed.set(name, { shape, data: new Float32Array(data.length) });
  }
  return { ...rest, tensors: zeroed };
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
  { signal, overAnother }: { signal: AbortSignal; overAnother: number | undefined },
): Promise<Uint8Array> {
  const { frames, bands } = shard;
  const other = anyScene(scenes);
  const parts: Uint8Array[] = [];
  const embeddings: Uint8Array[] = [];
  for (let variant = 0; variant < VARIANTS; variant++)
    for (let at = 0; at < shard.scenes; at++) {
      signal.throwIfAborted();
      const random = new Random(`embedded/${seed}/${variant}/${at}`);
      const made =
        variant === 0 ? asSent({ shard, at }) : changed({ shard, at }, norm, () => other(random), random, overAnother);
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
function changed(
  one: ExampleAt,
  norm: Normalisation,
  other: () => ExampleAt,
  random: Random,
  overAnother?: number,
): VerifierBatch {
  const batch = makeVerifierBatch([one], norm, other, random, overAnother);
  // The ONNX graph normalises its input itself.
  const features = batch.features.map((value, i) => {
    const band = i % one.shard.bands;
    return value / (norm.scale[band] as number) + (norm.mean[band] as number);
  });
  return { ...batch, features };
}
