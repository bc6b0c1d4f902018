import { v7 } from 'uuid';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';

/** A candidate as the agent puts it into its outbox, with a clip of `clipBytes` arbitrary bytes. */
export function makeRecord(
  label = 'smoke_alarm',
  options: { clipBytes?: number; atMs?: number } = {},
): { candidate: Candidate; clip: Uint8Array | null } {
  const { clipBytes = 1_000, atMs = Date.now() } = options;
  const id = v7({ msecs: atMs });
  const clip = clipBytes > 0 ? Buffer.alloc(clipBytes, id) : null;
  const at = new Date(atMs).toISOString();
  return { clip, candidate: makeCandidate(label, clip, { id, startedAt: at, detectedAt: at }) };
}
