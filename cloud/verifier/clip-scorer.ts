import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { VerifierEntry } from '@earshot/shared/contracts/release.ts';
import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { clipForVerifier } from '@earshot/shared/features/verifier-clip.ts';
import { EVIDENCE_SIZE, type Evidence, evidenceVector } from '@earshot/shared/features/verifier-evidence.ts';
import type { z } from 'zod';

export interface HeardClip {
  /** 16 kHz mono. */
  samples: Float32Array;
  evidence: Evidence;
  /** Where the event lies in the clip. */
  eventStartS: number;
}

export type Scores = Record<string, number>;

export interface ScoredClip {
  scores: Scores;
  /** What the network makes of the clip before it scores it: similar sounds lie near each other. Null: this release's verifier gives none. */
  embedding: Float32Array | null;
}

/** The output of the network that holds the embedding; releases of before it existed lack it. */
const EMBEDDING = 'embedding';

export type VerifierModel = Pick<z.infer<typeof VerifierEntry>, 'frontEnd' | 'clipS' | 'labels'>;

/**
 * The verifier network on a batch of clips, in the thread that calls it. `ClipVerifier` runs this in worker threads for the cloud and
 * for replay: what is measured is what judges.
 */
export class ClipScorer {
  private readonly session: InferenceSession;
  private readonly model: VerifierModel;

  private constructor(session: InferenceSession, model: VerifierModel) {
    this.session = session;
    this.model = model;
  }

  static async load(bytes: Uint8Array, model: VerifierModel): Promise<ClipScorer> {
    // One thread a session: parallel clips are parallel sessions, two threads on one clip cost double for little.
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

  /** Scores by label, clip by clip. */
  async score(clips: readonly HeardClip[]): Promise<Scores[]> {
    return (await this.scoreAndEmbed(clips)).map(({ scores }) => scores);
  }

  async scoreAndEmbed(clips: readonly HeardClip[]): Promise<ScoredClip[]> {
    if (clips.length === 0) return [];
    const { frontEnd, clipS, labels } = this.model;
    const heard = clips.map((clip) => logMelOf(clipForVerifier(clip.samples, clip, clipS), frontEnd));
    const { frames, bands } = heard[0] ?? { frames: 0, bands: 0 };
    const features = new Float32Array(clips.length * frames * bands);
    const evidence = new Float32Array(clips.length * EVIDENCE_SIZE);
    clips.forEach((clip, at) => {
      features.set(heard[at]?.data ?? [], at * frames * bands);
      evidence.set(evidenceVector(clip.evidence), at * EVIDENCE_SIZE);
    });
    const { scores, [EMBEDDING]: embedded } = await this.session.run({
      features: new Tensor('float32', features, [clips.length, frames, bands]),
      evidence: new Tensor('float32', evidence, [clips.length, EVIDENCE_SIZE]),
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

/** A network that answers NaN has judged nothing. */
function clamp(score: number | undefined): number {
  if (score === undefined || Number.isNaN(score)) throw new RangeError('the verifier answered NaN');
  return Math.min(1, Math.max(0, score));
}
