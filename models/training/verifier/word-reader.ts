import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { VerifierModel } from '@earshot/cloud/verifier/clip-scorer.ts';
import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { clipForVerifier } from '@earshot/shared/features/verifier-clip.ts';
import { EVIDENCE_SIZE, evidenceVector } from '@earshot/shared/features/verifier-evidence.ts';
import type { CandidateClip } from './candidate-clips.ts';
import { WORDS, type Heard, type Word } from './last-word.ts';

/** Reads the inputs of the score weights for a candidate, from a verifier graph that was written with `withWords`. */
export class WordReader {
  private readonly session: InferenceSession;
  private readonly model: VerifierModel;

  private constructor(session: InferenceSession, model: VerifierModel) {
    this.session = session;
    this.model = model;
  }

  static async load(onnx: Uint8Array, model: VerifierModel): Promise<WordReader> {
    return new WordReader(await InferenceSession.create(onnx, { intraOpNumThreads: 1 }), model);
  }

  /** The inputs for the label that the device reported. */
  async read(candidate: CandidateClip): Promise<Heard> {
    const { frontEnd, clipS, labels } = this.model;
    const { frames, bands, data } = logMelOf(clipForVerifier(candidate.samples, candidate, clipS), frontEnd);
    const outputs = await this.session.run({
      features: new Tensor('float32', data, [1, frames, bands]),
      evidence: new Tensor('float32', evidenceVector(candidate.evidence), [1, EVIDENCE_SIZE]),
    });
    const label = labels.indexOf(candidate.evidence.label);
    const words = WORDS.map((word) => [word, (outputs[word]?.data as Float32Array)[label] ?? 0]);
    return { ...(Object.fromEntries(words) as Record<Word, number>), label, isReal: candidate.isReal };
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}
