import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { VerifierEntry } from '@earshot/shared/contracts/release.ts';
import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { clipForVerifier } from '@earshot/shared/features/verifier-clip.ts';
import { EVIDENCE_SIZE, type Evidence, evidenceVector } from '@earshot/shared/features/verifier-evidence.ts';
import type { z } from 'zod';

export interface DecodedClip {
  /** Samples at 16 kHz, mono. */
  samples: Float32Array;
  evidence: Evidence;
  /** The time in the clip at which the detected event starts. */
  eventStartS: number;
}

export type Scores = Record<string, number>;

export interface ScoredClip {
  scores: Scores;
  /**
   * The network's embedding of the clip: similar sounds have similar embeddings. Null when this release's verifier has no embeddings.
   */
  embedding: Float32Array | null;
}

/** The name of the network's output for embeddings. Older releases do not have it. */
const EMBEDDING = 'embedding';

export type VerifierModel = Pick<z.infer<typeof VerifierEntry>, 'frontEnd' | 'clipS' | 'labels'>;

/**
 * Runs the verifier network on a batch of clips, in the calling thread. `ClipVerifier` uses this class in worker threads, both for the
 * cloud and for replay. So replay measures exactly what the cloud runs.
 */
export class ClipScorer {
  private readonly session: InferenceSession;
  private readonly model: VerifierModel;
  /**
   * How many numbers of evidence the verifier takes. One of an older release may take only the first part of the list. An embedding ends with
   * them.
   */
  readonly evidenceSize: number;

  private constructor(session: InferenceSession, model: VerifierModel) {
    this.session = session;
    this.model = model;
    this.evidenceSize = evidenceSizeOf(session);
  }

  static async load(bytes: Uint8Array, model: VerifierModel): Promise<ClipScorer> {
    // One thread per session: several clips run in several sessions, and a second thread for one clip would double its CPU time for little
    // gain.
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
    });
    return new ClipScorer(session, model);
  }

  get givesEmbeddings(): boolean {
    return this.session.outputNames.includes(EMBEDDING);
  }

  /** Returns the scores of each clip, by label. */
  async score(clips: readonly DecodedClip[]): Promise<Scores[]> {
    return (await this.scoreAndEmbed(clips)).map(({ scores }) => scores);
  }

  async scoreAndEmbed(clips: readonly DecodedClip[]): Promise<ScoredClip[]> {
    if (clips.length === 0) return [];
    const { frontEnd, clipS, labels } = this.model;
    const { evidenceSize } = this;
    const heard = clips.map((clip) => logMelOf(clipForVerifier(clip.samples, clip, clipS), frontEnd));
    const { frames, bands } = heard[0] ?? { frames: 0, bands: 0 };
    const features = new Float32Array(clips.length * frames * bands);
    const evidence = new Float32Array(clips.length * evidenceSize);
    clips.forEach((clip, at) => {
      features.set(heard[at]?.data ?? [], at * frames * bands);
      evidence.set(evidenceVector(clip.evidence).subarray(0, evidenceSize), at * evidenceSize);
    });
    const { scores, [EMBEDDING]: embedded } = await this.session.run({
      features: new Tensor('float32', features, [clips.length, frames, bands]),
      evidence: new Tensor('float32', evidence, [clips.length, evidenceSize]),
    });
    const flat = scores?.data as Float32Array;
    const embeddings = embedded?.data as Float32Array | undefined;
    const size = (embeddings?.length ?? 0) / clips.length;
    return clips.map((_, at) => ({
      scores: Object.fromEntries(labels.map((label, l) => [label, clamp(flat[at * labels.length + l])])),
      embedding: embeddings?.slice(at * size, (at + 1) * size) ?? null,
    }));
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

function evidenceSizeOf({ inputMetadata }: InferenceSession): number {
  const input = inputMetadata.find(({ name }) => name === 'evidence');
  const size = input?.isTensor === true ? input.shape[1] : undefined;
  if (typeof size !== 'number' || size > EVIDENCE_SIZE)
    throw new RangeError(`the verifier asks for ${size} numbers of evidence, but this version has ${EVIDENCE_SIZE}`);
  return size;
}

/** Limits a score to the range 0 to 1. Throws for NaN, because NaN is no score. */
function clamp(score: number | undefined): number {
  if (score === undefined || Number.isNaN(score)) throw new RangeError('the verifier returned NaN');
  return Math.min(1, Math.max(0, score));
}
