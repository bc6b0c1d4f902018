import { createHmac } from 'node:crypto';
import type { Clock } from '@earshot/shared/clock.ts';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { type AddressGuard, OPEN_NETWORK } from './address-guard.ts';
import { post } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'webhook' }>;

/**
 * Signs the time and the body of a request. With the time, the receiver can refuse a recorded request that is replayed later.
 */
const webhookSignature = (secret: string, timestampS: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex');

/**
 * POSTs the notification as JSON, signed with the secret that the receiver chose. docs/cloud.md shows how to check the signature.
 */
export class WebhookNotifier implements Notifier<Target> {
  readonly kind = 'webhook';
  private readonly clock: Clock;
  private readonly guard: AddressGuard;

  constructor(clock: Clock, guard: AddressGuard = OPEN_NETWORK) {
    this.clock = clock;
    this.guard = guard;
  }

  send(target: Target, notice: Notice, signal: AbortSignal): Promise<Delivery> {
    const body = JSON.stringify({ id: notice.id, home: notice.homeName, ...notice.body });
    const timestampS = Math.floor(this.clock.nowMs() / 1000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Earshot',
      'idempotency-key': notice.id,
      'x-earshot-timestamp': String(timestampS),
      'x-earshot-signature': `sha256=${webhookSignature(target.secret, timestampS, body)}`,
    };
    return post({ url: target.url, headers, body, guard: this.guard, signal });
  }
}
