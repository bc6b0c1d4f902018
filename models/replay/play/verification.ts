import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import type { PlayedVerdict } from './played.ts';

/** The cloud's part: clips cut as the device cuts them, scored by the cloud's own verifier. */
export interface Verification {
  verify(candidate: CandidateDetection, clip: Float32Array): Promise<PlayedVerdict>;
  /** How long a clip is. */
  readonly clipS: number;
}
