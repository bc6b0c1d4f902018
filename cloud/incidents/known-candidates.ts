import type { Selectable } from 'kysely';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { clipKey } from '../clips/clip-store.ts';
import type { Caller } from '../homes/tokens.ts';
import type { Queries } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** A candidate and the device that reports it. */
export interface Report {
  device: Caller;
  candidate: Candidate;
}

export interface Registered {
  isNew: boolean;
  wantsClip: boolean;
}

type KnownCandidate = Pick<Selectable<Schema['candidates']>, 'id' | 'homeId' | 'deviceId' | 'body'> & {
  state: Selectable<Schema['clips']>['state'] | null;
};

/** The answer to an earlier registration; null when the candidate is new. */
export function answerOf(known: KnownCandidate | undefined, { device, candidate }: Report): Registered | null {
  if (!known) return null;
  if (known.homeId !== device.homeId || known.deviceId !== device.id) throw new EarshotError('NOT_FOUND', 'candidate');
  const before = JSON.parse(known.body) as Candidate;
  if (before.label !== candidate.label || before.clip?.sha256 !== candidate.clip?.sha256)
    throw new EarshotError('CONFLICT', `Candidate ${candidate.id} is already registered with another label or clip.`);
  return { isNew: false, wantsClip: known.state === 'awaited' || known.state === 'missing' };
}

export async function readKnown(queries: Queries, ids: readonly string[]): Promise<Map<string, KnownCandidate>> {
  const rows = await queries
    .selectFrom('candidates')
    .leftJoin('clips', 'clips.candidateId', 'candidates.id')
    .select(['candidates.id', 'candidates.homeId', 'candidates.deviceId', 'candidates.body', 'clips.state'])
    .where('candidates.id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * The reported candidates that a member has deleted. Their device still had them in its outbox; it gets a success, and nothing is stored.
 */
export async function readDeleted(queries: Queries, reports: readonly Report[]): Promise<Set<string>> {
  const keys = reports.map(({ device, candidate }) => clipKey(device.homeId, candidate.id));
  const rows = await queries
    .selectFrom('deletions')
    .select('key')
    .where('key', 'in', keys)
    .where('homeId', 'in', [...new Set(reports.map(({ device }) => device.homeId))])
    .where('reason', '=', 'member')
    .execute();
  const deleted = new Set(rows.map(({ key }) => key));
  return new Set(reports.filter((_, at) => deleted.has(keys[at] ?? '')).map(({ candidate }) => candidate.id));
}
