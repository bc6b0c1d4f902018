import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import type { PlayedVerdict } from './played.ts';

/** The cloud's part: clips cut as the device cuts them, scored by the cloud's own verifier. */
export interface Verification {
  /** `clip` begins at `fromSample` of what was played. */
  verify(candidate: CandidateDetection, clip: Float32Array, fromSample: number): Promise<PlayedVerdict>;
  close(): Promise<void>;
  /** How long a clip is. */
  readonly clipS: number;
}
