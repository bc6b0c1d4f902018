import { createHash } from 'node:crypto';
import {
  type Candidate,
  CandidateAccepted,
  CLIP_CHECKSUM,
  type StillHeard,
} from '@earshot/shared/contracts/candidate.ts';
import { PairResponse, type Heartbeat } from '@earshot/shared/contracts/device.ts';
import { DropInSegmentAnswer } from '@earshot/shared/contracts/drop-in.ts';
import { SampleAnswer, type SampleRequest } from '@earshot/shared/contracts/samples.ts';
import { ExampleAnswer } from '@earshot/shared/contracts/teaching.ts';
import { EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { putClip } from './clip-upload.ts';
import { LooseAnswer } from './heartbeat-answer.ts';
import { refusal, type Refused } from './refusal.ts';
import { StallTimer } from './stall-timer.ts';

/**
 * Time limit of a request: enough for a kilobyte over a slow line, and short enough to notice a dead connection soon.
 */
const REQUEST_TIMEOUT_MS = 20_000;
export interface CloudAddress {
  url: string;
  token: string;
}

export type Upload = NonNullable<CandidateAccepted['upload']>;

export interface Registered {
  upload: Upload | null;
  /**
   * For how long the link is valid from now on, by the cloud's clock, because the device's clock may be wrong. Infinity
   * when the cloud does not say it.
   */
  linkLifeMs: number;
}

export interface ModelFile {
  isRest: boolean;
  body: AsyncIterable<Uint8Array>;
}

/** The device's side of the API: one method per route, without state and without retries. */
export class CloudClient {
  private readonly address: CloudAddress;

  constructor(address: CloudAddress) {
    this.address = address;
  }

  async register(candidate: Candidate, signal: AbortSignal): Promise<Registered> {
    const path = `/v1/candidates/${candidate.id}`;
    const response = await this.request('PUT', path, candidate, signal);
    const { upload } = await answerOf(response, CandidateAccepted);
    const lifeMs = Date.parse(upload?.expiresAt ?? '') - Date.parse(response.headers.get('date') ?? '');
    return { upload, linkLifeMs: Number.isNaN(lifeMs) ? Infinity : lifeMs };
  }

  /**
   * Uploads the clip. Returns whether the answer contains the clip's hash, as the answers of both clip stores do. Any
   * other 2xx proves nothing: a captive portal answers 200 to everything.
   */
  async upload(upload: Upload, clip: Uint8Array, patience: number, signal: AbortSignal): Promise<boolean> {
    const url = new URL(upload.url, this.address.url);
    const answer = await putClip(url, upload.headers, clip, patience, signal).catch((thrown: unknown) => {
      throw signal.aborted ? thrown : unreachable(url, thrown);
    });
    const { status, headers, text } = answer;
    if (status < 200 || status > 299)
      throw refusal({ status, path: url.pathname, retryAfter: headers['retry-after'], text }, 'LINK_EXPIRED');
    return headers[CLIP_CHECKSUM] === createHash('sha256').update(clip).digest('base64');
  }

  /** Whether an upload link leads to the cloud itself and not to a separate store. */
  isOwn(upload: Upload): boolean {
    return new URL(upload.url, this.address.url).origin === new URL(this.address.url).origin;
  }

  async stillHeard(id: string, heard: StillHeard, signal: AbortSignal): Promise<void> {
    const response = await this.request('POST', `/v1/candidates/${id}/heard`, heard, signal);
    if (response.status !== 204) throw notEarshot(response);
  }

  /** Announces a second of live sound. Returns where to upload it; null when nobody listens any more. */
  async addSegment(segment: { sha256: string; bytes: number }, signal: AbortSignal): Promise<Upload | null> {
    const path = '/v1/drop-in-segments';
    return (await this.json('POST', path, segment, DropInSegmentAnswer, signal)).upload;
  }

  /**
   * Announces the example that a member asked for. Returns where to upload it; null when no member waits for it any
   * more.
   */
  async announceExample(
    id: string,
    example: { sha256: string; bytes: number },
    signal: AbortSignal,
  ): Promise<Upload | null> {
    const path = `/v1/taught-examples/${id}`;
    return (await this.json('PUT', path, example, ExampleAnswer, signal)).upload;
  }

  async exampleStored(id: string, signal: AbortSignal): Promise<void> {
    const response = await this.request('POST', `/v1/taught-examples/${id}/stored`, {}, signal);
    if (response.status !== 204) throw notEarshot(response);
  }

  /** Announces a sample. Returns where to upload it; null when the home has not opted in. */
  async announceSample(id: string, sample: SampleRequest, signal: AbortSignal): Promise<Upload | null> {
    return (await this.json('PUT', `/v1/samples/${id}`, sample, SampleAnswer, signal)).upload;
  }

  async sampleStored(id: string, signal: AbortSignal): Promise<void> {
    const response = await this.request('POST', `/v1/samples/${id}/stored`, {}, signal);
    if (response.status !== 204) throw notEarshot(response);
  }

  /** The file of a taught sound. The caller checks its hash. */
  taughtSound(sha256: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.smallFile(`/v1/taught-sounds/files/${sha256}`, 'TAUGHT_SOUND', signal);
  }

  /** The `IgnoredSoundsFile` that a heartbeat's answer offered. The caller checks its hash. */
  ignoredSounds(sha256: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.smallFile(`/v1/ignored-sounds/files/${sha256}`, 'IGNORED_SOUNDS', signal);
  }

  heartbeat(beat: Heartbeat, signal: AbortSignal): Promise<LooseAnswer> {
    return this.json('POST', '/v1/heartbeat', beat, LooseAnswer, signal);
  }

  /** The file from byte `from` on; `isRest` is false when the cloud sends the whole file. */
  async modelFile(sha256: string, from: number, signal: AbortSignal): Promise<ModelFile> {
    const url = new URL(`/v1/models/${sha256}`, this.address.url);
    const range = from > 0 ? { range: `bytes=${from}-` } : {};
    const stall = new StallTimer(REQUEST_TIMEOUT_MS);
    const response = await send(url, { headers: { ...this.headers(), ...range } }, signal, stall.signal);
    if (!response.ok) throw await errorOf(response, 'RELEASE_MISSING');
    const isRest = response.headers.get('content-range')?.startsWith(`bytes ${from}-`) ?? false;
    return { isRest: response.status === 206 && isRest, body: stall.watch(response.body ?? []) };
  }

  private async smallFile(path: string, fault: ErrorCode, signal: AbortSignal): Promise<Uint8Array> {
    const response = await send(new URL(path, this.address.url), { headers: this.headers() }, signal);
    if (!response.ok) throw await errorOf(response, fault);
    return new Uint8Array(await response.arrayBuffer());
  }

  private async json<T>(
    method: string,
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return answerOf(await this.request(method, path, body, signal), schema);
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

/** Exchanges a pairing code for a token. */
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

async function send(
  url: URL,
  init: RequestInit,
  signal: AbortSignal,
  timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS),
): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.any([signal, timeout]), redirect: 'error' });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw unreachable(url, thrown);
  }
}

async function answerOf<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const answer = schema.safeParse(await response.json().catch(() => null));
  if (!answer.success) throw notEarshot(response, answer.error);
  return answer.data;
}

function notEarshot({ status, url }: Response, cause?: unknown): EarshotError {
  return new EarshotError(
    'UNREACHABLE',
    `${url} answered ${status}, but not like Earshot. Perhaps a sign-in page of the network answers.`,
    {
      cause,
    },
  );
}

function unreachable(url: URL, thrown: unknown): EarshotError {
  const cause = ((thrown as Error).cause ?? thrown) as NodeJS.ErrnoException;
  return new EarshotError('UNREACHABLE', `${url.origin}: ${cause.message || cause.code || ''}`, { cause: thrown });
}

async function errorOf(response: Response, fallback: ErrorCode): Promise<Refused> {
  const { status, headers, url } = response;
  const text = await response.text().catch(() => '');
  return refusal({ status, path: new URL(url).pathname, retryAfter: headers.get('retry-after'), text }, fallback);
}
