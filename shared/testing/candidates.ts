import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Candidate } from '../contracts/candidate.ts';

/** A candidate as a device registers it; `clip` contains the bytes of its WAV. */
export function makeCandidate(label: string, clip: Uint8Array | null, given: Partial<Candidate> = {}): Candidate {
  const durationS = Math.max(1, ((clip?.length ?? 0) - 44) / 32_000);
  const now = new Date().toISOString();
  return {
    id: uuid(),
    label,
    score: 0.9,
    level: 'medium',
    why: {
      text: 'three beeps of 0.5 s at 3.1 kHz, two times',
      cadence: { pattern: 't3', toneHz: 3100, onS: 0.5, offS: 0.5, periodS: 4, beeps: 6, groups: 2, fit: 0.9 },
      scores: { [label]: 0.9 },
      reasons: [],
      evidence: {},
      levelDbfs: -30,
    },
    startedAt: now,
    detectedAt: now,
    startSample: 0,
    source: 'test',
    release: '2026-01-01.1',
    late: false,
    test: false,
    clip: clip && {
      sha256: createHash('sha256').update(clip).digest('hex'),
      bytes: clip.length,
      format: 'wav',
      durationS,
      eventStartS: 0.2,
      eventEndS: Math.min(1.5, durationS),
    },
    ...given,
  };
}
