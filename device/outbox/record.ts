import { createHash } from 'node:crypto';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * The file of one candidate: a line with the SHA-256 of all that follows, a line of JSON (the candidate), then the
 * clip's bytes. The checksum comes first, so that a truncated or corrupted record is detected before it is used.
 */
const MAGIC = 'earshot-record-1 ';
const HEAD_BYTES = MAGIC.length + 64 + 1;
const NEWLINE = 0x0a;

export interface OutboxRecord {
  candidate: Candidate;
  clip: Uint8Array | null;
}

export function encodeRecord({ candidate, clip }: OutboxRecord): Uint8Array[] {
  const json = Buffer.from(`${JSON.stringify(candidate)}\n`);
  const hash = createHash('sha256').update(json);
  if (clip) hash.update(clip);
  const head = Buffer.from(`${MAGIC}${hash.digest('hex')}\n`);
  return clip ? [head, json, clip] : [head, json];
}

export function decodeRecord(bytes: Uint8Array, name: string): OutboxRecord {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEAD_BYTES, bytes.length)).toString('latin1');
  const body = bytes.subarray(HEAD_BYTES);
  const claimed = head.slice(MAGIC.length, -1);
  if (!head.startsWith(MAGIC) || claimed !== createHash('sha256').update(body).digest('hex')) {
    throw new EarshotError('RECORD_CORRUPT', `${name}: the checksum does not match the ${bytes.length} bytes`);
  }
  const end = body.indexOf(NEWLINE);
  const candidate = Candidate.parse(JSON.parse(Buffer.from(body.subarray(0, end)).toString('utf8')));
  const clip = body.subarray(end + 1);
  if (clip.length !== (candidate.clip?.bytes ?? 0)) {
    throw new EarshotError(
      'RECORD_CORRUPT',
      `${name}: ${clip.length} bytes of clip instead of ${candidate.clip?.bytes ?? 0}`,
    );
  }
  return { candidate, clip: candidate.clip ? clip : null };
}
