import { type Candidate, CandidateAccepted, type StillHeard } from '@earshot/shared/contracts/candidate.ts';
import { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { PairResponse, type Heartbeat } from '@earshot/shared/contracts/device.ts';
import { CATALOGUE, EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { LooseAnswer } from './heartbeat-answer.ts';

/** Long enough for a clip over a poor line, short enough that a dead connection is noticed within a back-off step. */
const REQUEST_TIMEOUT_MS = 20_000;

export interface CloudAddress {
  url: string;
  token: string;
}

export type Upload = NonNullable<CandidateAccepted['upload']>;

/** The device's side of the wire: one method per route, nothing kept, nothing retried. */
export class CloudClient {
  private readonly address: CloudAddress;

  constructor(address: CloudAddress) {
    this.address = address;
  }

  register(candidate: Candidate, signal: AbortSignal): Promise<CandidateAccepted> {
    return this.json('PUT', `/v1/candidates/${candidate.id}`, candidate, CandidateAccepted, signal);
  }

  async upload(upload: Upload, clip: Uint8Array, signal: AbortSignal): Promise<void> {
    const url = new URL(upload.url, this.address.url);
    const response = await send(
      url,
      { method: upload.method, headers: upload.headers, body: Buffer.from(clip) },
      signal,
    );
    if (!response.ok) throw await errorOf(response, 'LINK_EXPIRED');
    await response.arrayBuffer();
  }

  /** Whether a link leads to the cloud itself rather than to another store. */
  isOwn(upload: Upload): boolean {
    return new URL(upload.url, this.address.url).origin === new URL(this.address.url).origin;
  }

  async stillHeard(id: string, heard: StillHeard, signal: AbortSignal): Promise<void> {
    await this.request('POST', `/v1/candidates/${id}/heard`, heard, signal);
  }

  heartbeat(beat: Heartbeat, signal: AbortSignal): Promise<LooseAnswer> {
    return this.json('POST', '/v1/heartbeat', beat, LooseAnswer, signal);
  }

  async modelFile(sha256: string, signal: AbortSignal): Promise<Response> {
    const url = new URL(`/v1/models/${sha256}`, this.address.url);
    const response = await send(url, { headers: this.headers() }, signal);
    if (!response.ok) throw await errorOf(response, 'RELEASE_MISSING');
    return response;
  }

  private async json<T>(
    method: string,
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const response = await this.request(method, path, body, signal);
    const answer = schema.safeParse(await response.json().catch(() => null));
    if (!answer.success)
      throw new EarshotError('UNREACHABLE', `${method} ${path} answered what is not Earshot's`, {
        cause: answer.error,
      });
    return answer.data;
  }

  private async request(method: string, path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    const headers = { ...this.headers(), 'content-type': 'application/json' };
    const response = await send(
      new URL(path, this.address.url),
      { method, headers, body: JSON.stringify(body) },
      signal,
    );
    if (!response.ok) throw await errorOf(response, 'UNREACHABLE');
    return response;
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.address.token}` };
  }
}

/** Turns a pairing code into a token. */
export async function pair(
  url: string,
  request: { code: string; name: string; room: string },
  signal: AbortSignal,
): Promise<PairResponse> {
  const body = JSON.stringify({ ...request, kind: 'device' });
  const response = await send(
    new URL('/v1/pair', url),
    { method: 'POST', headers: { 'content-type': 'application/json' }, body },
    signal,
  );
  if (!response.ok) throw await errorOf(response, 'PAIRING_CODE');
  return PairResponse.parse(await response.json());
}

/** A refusal that carries how long the other end asks to be left alone. */
export class Refused extends EarshotError {
  readonly httpStatus: number;
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, detail: string, httpStatus: number, retryAfterMs: number | null) {
    super(code, detail);
    this.httpStatus = httpStatus;
    this.retryAfterMs = retryAfterMs;
  }
}

async function send(url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const both = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  try {
    return await fetch(url, { ...init, signal: both, redirect: 'error' });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const cause = (thrown as Error).cause ?? thrown;
    throw new EarshotError(
      'UNREACHABLE',
      `${url.origin}: ${(cause as Error).message || (cause as NodeJS.ErrnoException).code || ''}`,
      { cause: thrown },
    );
  }
}

async function errorOf(response: Response, fallback: ErrorCode): Promise<Refused> {
  const body = ErrorBody.safeParse(await response.json().catch(() => null));
  const told = body.success ? body.data.error.code : '';
  const code = Object.hasOwn(CATALOGUE, told) ? (told as ErrorCode) : response.status >= 500 ? 'UNREACHABLE' : fallback;
  const seconds = Number(response.headers.get('retry-after'));
  const detail = `${response.status} from ${new URL(response.url).pathname}${body.success ? `: ${body.data.error.message}` : ''}`;
  return new Refused(code, detail, response.status, seconds > 0 ? seconds * 1000 : null);
}
