import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

/** The longest time to connect, or to hand the next bytes to the kernel, before the connection counts as broken. */
const STALL_MS = 20_000;
/**
 * 16 kbit/s. Once the kernel has all bytes, progress is invisible. The answer may then take as long as sending all
 * bytes takes at this rate.
 */
const SLOWEST_BYTES_PER_MS = 2;
/**
 * The longest expected answer is an error body. A longer one is the page of a captive portal and need not be read to
 * its end.
 */
const MOST_ANSWER_CHARACTERS = 20_000;

export interface ClipAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/**
 * Uploads one clip. The time limit grows with the clip's size, because a slow connection is not a broken one.
 * `patience` multiplies the limit: 1 at first, more after the limit was exceeded.
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
