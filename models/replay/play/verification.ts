import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import type { PlayedVerdict } from './played.ts';

/**
 * The cloud's part of a replay. It receives clips as the device cuts them, and scores them with the cloud's own
 * verifier.
 */
export interface Verification {
  /** `clip` begins at sample `fromSample` of the session. */
  verify(candidate: CandidateDetection, clip: Float32Array, fromSample: number): Promise<PlayedVerdict>;
  close(): Promise<void>;
  /** Length of a clip in seconds. */
  readonly clipS: number;
}
