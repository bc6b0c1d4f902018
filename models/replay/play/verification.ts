import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import type { PlayedVerdict } from './played.ts';

/** The cloud's part of a replay: clips are cut as on the device and scored by the cloud's own verifier. */
export interface Verification {
  /** `clip` begins at sample `fromSample` of the session. */
  verify(candidate: CandidateDetection, clip: Float32Array, fromSample: number): Promise<PlayedVerdict>;
  close(): Promise<void>;
  /** How long a clip is. */
  readonly clipS: number;
}
