import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Connecting, or handing the next bytes to the kernel, may take this long before the connection counts as dead. */
const STALL_MS = 20_000;
/** 16 kbit/s. Once the kernel has all bytes, nothing shows how many have arrived: the answer gets this long per byte. */
const SLOWEST_BYTES_PER_MS = 2;
/** An answer is at most an error body; a captive portal's page needs no more. */
const MOST_ANSWER_CHARACTERS = 20_000;

export interface ClipAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/**
 * Sends one clip. The time limit follows the clip's size, not a fixed number of seconds: a slow line is no dead one. `patience`
 * multiplies it: 1 at first, more after the limit was passed.
 */
export function putClip(
  url: URL,
  headers: Record<string, string>,
  clip: Uint8Array,
  patience: number,
  signal: AbortSignal,
): Promise<ClipAnswer> {
  const limitMs = STALL_MS + (patience * clip.length) / SLOWEST_BYTES_PER_MS;
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, {
      method: 'PUT',
      headers: { ...headers, 'content-length': clip.length },
      timeout: STALL_MS,
      signal,
    });
    const limit = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${Math.round(limitMs / 1000)} s`)),
      limitMs,
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no progress for ${STALL_MS / 1000} s`)));
    outgoing.once('finish', () => outgoing.setTimeout(0));
    outgoing.once('response', (response) => void readAnswer(response).then(resolve, reject));
    outgoing.once('error', reject);
    outgoing.once('close', () => clearTimeout(limit));
    outgoing.end(clip);
  });
}

async function readAnswer(response: IncomingMessage): Promise<ClipAnswer> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) if (text.length < MOST_ANSWER_CHARACTERS) text += part as string;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}
