import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Caller, TokenBook } from '../homes/tokens.ts';
import type { Route } from './routes.ts';

export const SESSION_COOKIE = 'earshot_session';

/** Who calls: a bearer token (devices, scripts) or the app's cookie. Null where anyone may, and for operations, who belong to no home. */
export async function callerOf(
  tokens: TokenBook,
  operationsToken: string | null,
  request: FastifyRequest,
  { who, path }: Pick<Route, 'who' | 'path'>,
): Promise<Caller | null> {
  if (who === 'anyone') return null;
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (who === 'operations' && isSame(bearer, operationsToken)) return null;
  const token = bearer ?? request.cookies[SESSION_COOKIE];
  const caller = token === undefined ? null : await tokens.find(token);
  if (!caller) throw new EarshotError(await refusalOf(tokens, token), '');
  if (bearer === undefined) refuseForgery(request);
  if (caller.kind !== who) {
    // Where an id is named, a token that cannot have it learns as little as one of another home.
    if (path.includes('/:')) throw new EarshotError('NOT_FOUND', '');
    throw new EarshotError('FORBIDDEN', `This is for ${who === 'operations' ? who : `a ${who}`}.`);
  }
  return caller;
}

/** By their hashes, so that the time it takes says nothing about the token. */
function isSame(given: string | undefined, expected: string | null): boolean {
  if (given === undefined || expected === null) return false;
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

async function refusalOf(tokens: TokenBook, token: string | undefined) {
  const end = token === undefined ? null : await tokens.endOf(token);
  if (end === 'home_deleted') return 'HOME_DELETED';
  return end === 'removed' ? 'REMOVED' : 'UNAUTHORIZED';
}

/**
 * A cookie is sent by the browser whatever page asked. SameSite=Strict keeps other sites' requests from carrying it; a header that no
 * other site can add without a CORS pre-flight, which is never granted, is the second lock.
 */
export function refuseForgery(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
    throw new EarshotError('CSRF', '');
  if (request.method !== 'GET' && request.headers['x-earshot-app'] === undefined) throw new EarshotError('CSRF', '');
}
