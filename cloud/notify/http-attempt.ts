import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressGuard } from './address-guard.ts';
import type { Delivery } from './notifier.ts';

/** Reads a Retry-After header, which contains seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | null | undefined, nowMs = Date.now()): number | null {
  if (!value) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/**
 * What an HTTP answer means for a delivery, for every service that uses HTTP. A 404 is retried, because a webhook's server may answer 404
 * during a deployment. The member is not shown the body of the answer, because the address may lead to a service inside the cloud's own
 * network.
 */
function deliveryOf(status: number, retryAfter: string | null | undefined): Delivery {
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status === 429 || status === 408 || status >= 500)
    return { outcome: 'retry', reason, afterMs: retryAfterMs(retryAfter) };
  return { outcome: 'refused', reason };
}

/** The outcome of an attempt without an answer: a retry, unless the address is in a forbidden network. */
export function unreachable(error: unknown): Delivery {
  const { message, code, cause } = error as {
    message?: string;
    code?: string;
    cause?: { code?: string; message?: string };
  };
  if (code === 'ABORT_ERR') return { outcome: 'retry', reason: 'no answer in time', afterMs: null };
  if (code === 'PRIVATE_ADDRESS') return { outcome: 'refused', reason: message ?? code };
  return {
    outcome: 'retry',
    reason: String(cause?.code ?? cause?.message ?? code ?? message ?? 'no answer').slice(0, 200),
    afterMs: null,
  };
}

interface Post {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
  guard: AddressGuard;
  signal: AbortSignal;
  /** Additional certificate authorities, as PEM. */
  ca?: string | undefined;
}

/**
 * Sends a POST request, and reads only the head of the answer. Follows no redirect, because the member did not choose the target of the
 * redirect.
 */
export function post({ url, headers, body, guard, signal, ca }: Post): Promise<Delivery> {
  return new Promise((resolve) => {
    try {
      const { protocol, hostname } = new URL(url);
      if (protocol !== 'https:' && protocol !== 'http:')
        return resolve({ outcome: 'refused', reason: `${protocol} is not supported` });
      guard.checkLiteral(hostname);
      const options: RequestOptions & { ca?: string } = {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        signal,
        lookup: guard.lookup,
        ...(ca === undefined ? {} : { ca }),
      };
      const call = (protocol === 'https:' ? requestHttps : requestHttp)(url, options, (answer) => {
        resolve(deliveryOf(answer.statusCode ?? 0, answer.headers['retry-after']));
        answer.destroy();
      });
      call.on('error', (error) => resolve(unreachable(error)));
      call.end(body);
    } catch (error) {
      resolve(unreachable(error));
    }
  });
}
