import type { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { LAST_SEEN } from './last-seen.ts';

/** An error that the API returned, or a failed connection to the API (code `UNREACHABLE`, status 0). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly todo: string;

  constructor(code: string, status: number, message: string, todo: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.todo = todo;
  }
}

/**
 * The time limit of a call: long enough for a bad mobile network, and short enough that a person who was woken by an
 * alarm soon sees that the call failed.
 */
const TIMEOUT_MS = 10_000;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/**
 * Calls the API with the session's cookie. The header `x-earshot-app` protects against CSRF in addition to SameSite: a
 * page of another site cannot add it without a CORS pre-flight, which the API never grants.
 */
export async function call<T = void>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await fetchOrThrow(path, {
    method,
    credentials: 'same-origin',
    // Chromium lets requests to the same address wait for each other, because of its cache. A request on a dead
    // connection would delay the next one on a good connection.
    cache: 'no-store',
    headers: { 'x-earshot-app': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // A change is sent even if the person closes the page at once.
    keepalive: method !== 'GET',
    signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) : AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw await refusal(answer);
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

export interface LastSeen<T> {
  value: T;
  atMs: number | null;
}

/** Returns the answer that this phone saved last, to show it before the network answers; null if there is none. */
export async function lastSeen<T>(path: string): Promise<LastSeen<T> | null> {
  try {
    const cached = await (await caches.open(LAST_SEEN)).match(path);
    if (!cached) return null;
    const date = cached.headers.get('date');
    return { value: (await cached.json()) as T, atMs: date === null ? null : Date.parse(date) };
  } catch {
    return null; // Private windows have no cache storage. Show no error, because the network's answer follows.
  }
}

/** Deletes the answer that this phone saved for a path. */
export async function forget(path: string): Promise<void> {
  if ('caches' in globalThis) await (await caches.open(LAST_SEEN)).delete(path);
}

/** Deletes all data of the home from this phone. Called when the phone leaves the home. */
export async function forgetEverythingSeen(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(LAST_SEEN);
}

async function fetchOrThrow(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (init.signal?.aborted && (init.signal.reason as Error).name === 'AbortError') throw cause;
    throw new ApiError('UNREACHABLE', 0, 'Earshot cannot be reached.', 'Check this phone’s connection.', cause);
  }
}

async function refusal(answer: Response): Promise<ApiError> {
  try {
    const { error } = (await answer.json()) as ErrorBody;
    return new ApiError(error.code, answer.status, error.message, error.todo);
  } catch (cause) {
    return new ApiError('UNREACHABLE', answer.status, `The server answered ${answer.status}.`, 'Try again.', cause);
  }
}
