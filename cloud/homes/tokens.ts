import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Queries } from '../store/database.ts';

export interface Caller {
  kind: 'device' | 'member';
  homeId: string;
  /** The device's or the member's id. */
  id: string;
  /** Names the token in rate limits; the token itself is kept nowhere. */
  tokenHash: string;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** 256 random bits: their hash needs no salt and no slow function. */
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

export async function findCaller(queries: Queries, token: string): Promise<Caller | null> {
  const hash = hashOf(token);
  const row = await queries.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return null;
  return { kind: row.kind, homeId: row.homeId, id: row.subjectId, tokenHash: hash };
}

export async function revokeToken(queries: Queries, tokenHash: string): Promise<void> {
  await queries.deleteFrom('tokens').where('hash', '=', tokenHash).execute();
}

/** All tokens of a device or member. */
export async function revokeTokensOf(queries: Queries, subjectId: string): Promise<void> {
  await queries.deleteFrom('tokens').where('subjectId', '=', subjectId).execute();
}
