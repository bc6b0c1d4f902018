import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Queries } from '../store/database.ts';
import { BatchedCalls } from '../store/batched-calls.ts';

export interface Caller {
  kind: 'device' | 'member';
  homeId: string;
  /** The id of the device or member. */
  id: string;
  /** Identifies the token in rate limits. The token itself is not stored. */
  tokenHash: string;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Makes a token of 256 random bits. Nobody can guess it, so its hash needs no salt and no slow hash function. */
export function makeToken(): { token: string; hash: string } {
  const token = `es_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOf(token) };
}

export async function issueToken(queries: Queries, caller: Omit<Caller, 'tokenHash'>, nowMs: number): Promise<string> {
  const { token, hash } = makeToken();
  const { kind, homeId, id: subjectId } = caller;
  await queries.insertInto('tokens').values({ hash, kind, homeId, subjectId, createdAtMs: nowMs }).execute();
  return token;
}

const MOST_PER_CALL = 100;

/** Finds the device or member to whom a token belongs. Concurrent look-ups share one query. */
export class TokenBook {
  private readonly queries: Queries;
  private readonly looking: BatchedCalls<string, Caller | null>;

  constructor(queries: Queries) {
    this.queries = queries;
    this.looking = new BatchedCalls(MOST_PER_CALL, (hashes) => readCallers(queries, hashes));
  }

  /** Why a token is no longer valid. Call this for a token that `find` does not know. */
  endOf(token: string): ReturnType<typeof endOf> {
    return endOf(this.queries, token);
  }

  /** Returns null when the token is unknown. */
  find(token: string): Promise<Caller | null> {
    return this.looking.add(hashOf(token));
  }
}

async function readCallers(queries: Queries, hashes: readonly string[]): Promise<(Caller | null)[]> {
  const rows = await queries.selectFrom('tokens').selectAll().where('hash', 'in', hashes).execute();
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  return hashes.map((hash) => {
    const row = byHash.get(hash);
    if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return null;
    return { kind: row.kind, homeId: row.homeId, id: row.subjectId, tokenHash: hash };
  });
}

export async function revokeToken(queries: Queries, tokenHash: string): Promise<void> {
  await queries.deleteFrom('tokens').where('hash', '=', tokenHash).execute();
}

/** Revokes all tokens of a device or member that is removed. */
export async function revokeTokensOf(queries: Queries, subjectId: string, nowMs: number): Promise<void> {
  const ended = await queries.deleteFrom('tokens').where('subjectId', '=', subjectId).returning('hash').execute();
  await rememberEnd(queries, ended, 'removed', nowMs);
}

/** Revokes all tokens of a home that is being deleted. */
export async function revokeTokensOfHome(queries: Queries, homeId: string, nowMs: number): Promise<void> {
  const ended = await queries.deleteFrom('tokens').where('homeId', '=', homeId).returning('hash').execute();
  await rememberEnd(queries, ended, 'home_deleted', nowMs);
}

type End = 'removed' | 'home_deleted';

async function rememberEnd(
  queries: Queries,
  tokens: readonly { hash: string }[],
  reason: End,
  atMs: number,
): Promise<void> {
  if (tokens.length === 0) return;
  await queries
    .insertInto('endedTokens')
    .values(tokens.map(({ hash }) => ({ hash, reason, atMs })))
    .execute();
}

/**
 * Why this token is no longer valid. Null when it was never valid, or became invalid so long ago that the reason was deleted.
 */
export async function endOf(queries: Queries, token: string): Promise<End | null> {
  const row = await queries
    .selectFrom('endedTokens')
    .select('reason')
    .where('hash', '=', hashOf(token))
    .executeTakeFirst();
  return row?.reason ?? null;
}

/** The reason is kept this long. A phone that was unused for longer gets only the general error. */
const END_REMEMBERED_MS = 90 * 86_400_000;

export async function forgetEndedTokens(queries: Queries, nowMs: number): Promise<void> {
  await queries
    .deleteFrom('endedTokens')
    .where('atMs', '<=', nowMs - END_REMEMBERED_MS)
    .execute();
}
