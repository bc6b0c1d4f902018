import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Caller, TokenBook } from '../homes/tokens.ts';
import type { Route } from './routes/route.ts';

export const SESSION_COOKIE = 'earshot_session';

/**
 * Identifies the caller by a bearer token (devices, scripts) or by the app's cookie. Null for routes that anyone may call, and for
 * operators, who belong to no home.
 */
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
    // On a path with an id, a token of the wrong kind gets the same 404 as a token of another home.
    if (path.includes('/:')) throw new EarshotError('NOT_FOUND', '');
    throw new EarshotError(
      'FORBIDDEN',
      `Only ${who === 'operations' ? 'the operators of the cloud' : `a ${who}`} may make this request.`,
    );
  }
  return caller;
}

/** Compares hashes, so that the time of the comparison reveals nothing about the token. */
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
 * A browser sends the cookie no matter which page makes the request. SameSite=Strict already keeps the cookie out of requests from other
 * sites. This header is a second protection: another site could add it only after a CORS pre-flight, which this server never grants.
 */
export function refuseForgery(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
    throw new EarshotError('CSRF', '');
  if (request.method !== 'GET' && request.headers['x-earshot-app'] === undefined) throw new EarshotError('CSRF', '');
}
