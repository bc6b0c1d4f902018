import type { ErrorCode } from '@earshot/shared/errors.ts';
import type { Evidence } from '@earshot/shared/features/verifier-evidence.ts';
import type { ScoredClip, VerifierModel } from './clip-scorer.ts';

/** The start parameters of a scoring thread. `bytes` is the verifier's ONNX file. */
export interface ThreadData {
  model: VerifierModel;
  bytes: Uint8Array;
}

export interface ClipToScore {
  /** The WAV file as it was stored, or samples at 16 kHz mono. */
  audio: Uint8Array | Float32Array;
  evidence: Evidence;
  eventStartS: number;
}

export type ScoringResult = ScoredClip | { code: ErrorCode; detail: string };

/** The first message that a scoring thread sends. */
export interface ThreadReady {
  ready: true;
  givesEmbeddings: boolean;
}
