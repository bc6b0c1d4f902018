import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';

/** A candidate with a clip of `clipBytes` arbitrary bytes, as the agent would put into its outbox. */
export function makeRecord(
  label = 'smoke_alarm',
  options: { clipBytes?: number; atMs?: number } = {},
): { candidate: Candidate; clip: Uint8Array | null } {
  const { clipBytes = 1_000, atMs = Date.now() } = options;
  const id = v7({ msecs: atMs });
  const clip = clipBytes > 0 ? Buffer.alloc(clipBytes, id) : null;
  const at = new Date(atMs).toISOString();
  return {
    clip,
    candidate: {
      id,
      label,
      score: 0.9,
      level: 'medium',
      why: {
        text: 'three beeps',
        cadence: { pattern: 't3', toneHz: 3100, onS: 0.5, offS: 0.5, periodS: 4, beeps: 6, groups: 2, fit: 0.95 },
        scores: { [label]: 0.9 },
        levelDbfs: -30,
      },
      startedAt: at,
      detectedAt: at,
      startSample: 0,
      source: 'test',
      release: '2026-01-01.1',
      late: false,
      test: false,
      clip: clip && {
        sha256: createHash('sha256').update(clip).digest('hex'),
        bytes: clip.length,
        format: 'wav',
        durationS: 1,
        eventStartS: 0,
        eventEndS: 1,
      },
    },
  };
}
