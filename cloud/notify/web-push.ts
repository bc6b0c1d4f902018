import { createHash } from 'node:crypto';
import webpush from 'web-push';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import type { CloudParts } from '../parts.ts';
import { type AddressGuard, OPEN_NETWORK } from './address-guard.ts';
import { post } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'webpush' }>;

/**
 * Sends Web Push messages. The payload is encrypted for the browser (RFC 8291), and the VAPID key identifies the server (RFC 8292). All
 * messages of an incident share a topic, so that a phone that was off shows one notification with the newest state.
 */
export class WebPushNotifier implements Notifier<Target> {
  readonly kind = 'webpush';
  private readonly vapid: CloudParts['vapid'];
  /** Additional certificate authorities as PEM, for a push service with a private certificate. */
  private readonly ca: string | undefined;
  private readonly guard: AddressGuard;

  constructor(vapid: CloudParts['vapid'], ca?: string, guard: AddressGuard = OPEN_NETWORK) {
    this.guard = guard;
    this.vapid = vapid;
    this.ca = ca;
  }

  async send(target: Target, notice: Notice, signal: AbortSignal): Promise<Delivery> {
    let details: webpush.RequestDetails;
    try {
      details = webpush.generateRequestDetails(
        { endpoint: target.endpoint, keys: target.keys },
        JSON.stringify(notice.body),
        {
          TTL: notice.ttlS,
          urgency: notice.urgency,
          topic: topicOf(notice.body.incidentId),
          vapidDetails: this.vapid,
          contentEncoding: 'aes128gcm',
        },
      );
    } catch (error) {
      return { outcome: 'refused', reason: (error as Error).message.slice(0, 200) };
    }
    const { endpoint, headers, body } = details;
    const delivery = await post({
      url: endpoint,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: body ?? '',
      guard: this.guard,
      signal,
      ca: this.ca,
    });
    // The subscription has expired or was removed. It will never work again (RFC 8030, 7.3).
    const isGone = delivery.outcome === 'refused' && /^HTTP (404|410)$/.test(delivery.reason);
    return isGone ? { outcome: 'gone', reason: delivery.reason } : delivery;
  }
}

/** A topic has at most 32 characters of base64url (RFC 8030, 5.4). */
const topicOf = (incidentId: string): string =>
  createHash('sha256').update(incidentId).digest('base64url').slice(0, 32);
