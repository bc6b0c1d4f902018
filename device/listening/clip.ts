import { createHash } from 'node:crypto';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { ClipInfo } from '@earshot/shared/contracts/candidate.ts';
import { SAMPLE_RATE } from '../audio/source.ts';

/** Where a candidate's clip lies, in samples of its source: the last `clipS` seconds before it was sent. */
export function clipWindow(detectedSample: number, clipS: number): { from: number; to: number } {
  return { from: Math.max(0, detectedSample - Math.round(clipS * SAMPLE_RATE)), to: detectedSample };
}

export interface Clip {
  bytes: Uint8Array;
  info: ClipInfo;
}

/**
 * `samples` begin at `fromSample` of the source. The event began at `startSample`; what follows until the end of the clip
 * counts as part of it.
 */
export function makeClip(samples: Float32Array, fromSample: number, startSample: number): Clip {
  const bytes = writeWav(samples);
  const durationS = samples.length / SAMPLE_RATE;
  return {
    bytes,
    info: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      format: 'wav',
      durationS,
      eventStartS: Math.min(durationS, Math.max(0, (startSample - fromSample) / SAMPLE_RATE)),
      eventEndS: durationS,
    },
  };
}
