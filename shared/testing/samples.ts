import { createHash } from 'node:crypto';
import { SAMPLE_POLICY, type SampleRequest } from '../contracts/samples.ts';

/** A sample as a device announces it; `clip` contains the bytes of its WAV. */
export const makeSample = (label: string, clip: Uint8Array, given: Partial<SampleRequest> = {}): SampleRequest => ({
  label,
  score: 0.6,
  threshold: 0.7,
  level: 'medium',
  propensity: 0.25,
  policy: SAMPLE_POLICY,
  release: '2026-01-01.1',
  heardAt: new Date().toISOString(),
  cadence: { pattern: 'none', toneHz: null, onS: 0, offS: 0, periodS: null, beeps: 0, groups: 0, fit: 0 },
  scores: { [label]: 0.6 },
  peakS: 1,
  clip: { sha256: createHash('sha256').update(clip).digest('hex'), bytes: clip.length },
  ...given,
});
