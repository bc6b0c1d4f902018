import type { Delivery } from './notifier.ts';

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | null | undefined, nowMs = Date.now()): number | null {
  if (!value) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** What an HTTP answer means for a delivery, the same for every service that speaks HTTP. */
export function deliveryOf(status: number, retryAfter: string | null | undefined, text = ''): Delivery {
  const reason = `HTTP ${status}${text ? `: ${text.slice(0, 200)}` : ''}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status === 404 || status === 410) return { outcome: 'gone', reason };
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

/** POSTs and reads at most a little of the answer. */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    const text = answer.ok ? '' : (await answer.text()).slice(0, 200);
    if (answer.ok) await answer.body?.cancel();
    return deliveryOf(answer.status, answer.headers.get('retry-after'), text);
  } catch (error) {
    return unreachable(error);
  }
}
