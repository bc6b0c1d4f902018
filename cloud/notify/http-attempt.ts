import type { Delivery } from './notifier.ts';

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | null | undefined, nowMs = Date.now()): number | null {
  if (!value) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/**
 * What an HTTP answer means for a delivery, the same for every service that speaks HTTP. A 404 is no end: a webhook's server answers so
 * while it is being deployed. The answer's body is not passed on: the address may name a service inside the server's own network.
 */
export function deliveryOf(status: number, retryAfter: string | null | undefined): Delivery {
  const reason = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status === 429 || status === 408 || status >= 500)
    return { outcome: 'retry', reason, afterMs: retryAfterMs(retryAfter) };
  return { outcome: 'refused', reason };
}

/** No answer: worth another try. */
export function unreachable(error: unknown): Delivery {
  const { message, code, cause } = error as {
    message?: string;
    code?: string;
    cause?: { code?: string; message?: string };
  };
  return {
    outcome: 'retry',
    reason: String(cause?.code ?? cause?.message ?? code ?? message ?? 'no answer').slice(0, 200),
    afterMs: null,
  };
}

/** POSTs; reads nothing of the answer but its head. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    await answer.body?.cancel();
    return deliveryOf(answer.status, answer.headers.get('retry-after'));
  } catch (error) {
    return unreachable(error);
  }
}
