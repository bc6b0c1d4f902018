import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

interface Bucket {
  tokens: number;
  atMs: number;
}

/** When there are more buckets than this, full buckets are removed: a full bucket restricts nobody. */
const MOST_BUCKETS = 50_000;

/**
 * A token bucket per caller and kind of request. It allows `perMinute` requests per minute on average, and as many at once after a quiet
 * minute. Each process counts on its own, so with n API processes the limit is n times as high.
 */
export class RateLimits {
  private readonly clock: Clock;
  private readonly buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * Throws TOO_MANY, with the seconds to wait in `details`. `atOnce` is the number of requests that may come at once after a pause; its
   * default is the number per minute.
   */
  take(key: string, perMinute: number, atOnce = perMinute): void {
    const nowMs = this.clock.monotonicMs();
    const bucket = this.buckets.get(key) ?? { tokens: atOnce, atMs: nowMs };
    const tokens = Math.min(atOnce, bucket.tokens + ((nowMs - bucket.atMs) / 60_000) * perMinute);
    if (tokens < 1) {
      const retryAfterS = Math.ceil(((1 - tokens) / perMinute) * 60);
      throw new EarshotError('TOO_MANY', `At most ${perMinute} a minute are allowed.`, { details: { retryAfterS } });
    }
    this.buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
    if (this.buckets.size > MOST_BUCKETS) this.forgetFull(nowMs);
  }

  /** Undoes the last `take`. */
  giveBack(key: string): void {
    const bucket = this.buckets.get(key);
    if (bucket) bucket.tokens++;
  }

  private forgetFull(nowMs: number): void {
    for (const [key, { atMs }] of this.buckets) if (nowMs - atMs > 60_000) this.buckets.delete(key);
  }
}
