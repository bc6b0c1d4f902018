import { createHash } from 'node:crypto';
import { request } from 'node:https';
import webpush from 'web-push';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import type { CloudParts } from '../parts.ts';
import { deliveryOf, unreachable } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'webpush' }>;

/**
 * Web Push: the payload is encrypted for the browser (RFC 8291), the server is known by its VAPID key (RFC 8292). The topic is the
 * incident's, so that a phone that was off shows one notification with the newest state.
 */
export class WebPushNotifier implements Notifier<Target> {
  readonly kind = 'webpush';
  private readonly vapid: CloudParts['vapid'];
  /** PEM of further authorities, for a push service of one's own. */
  private readonly ca: string | undefined;

  constructor(vapid: CloudParts['vapid'], ca?: string) {
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
    return this.post(details, signal);
  }

  private post({ endpoint, headers, body, method }: webpush.RequestDetails, signal: AbortSignal): Promise<Delivery> {
    return new Promise((resolve) => {
      const call = request(
        endpoint,
        { method, headers, signal, ...(this.ca === undefined ? {} : { ca: this.ca }) },
        (answer) => {
          const status = answer.statusCode ?? 0;
          // RFC 8030, 7.3: the subscription has expired or was removed; it never comes back.
          const isGone = status === 404 || status === 410;
          answer.resume();
          answer.on('end', () =>
            resolve(
              isGone
                ? { outcome: 'gone', reason: `HTTP ${status}` }
                : deliveryOf(status, answer.headers['retry-after']),
            ),
          );
          answer.on('error', (error) => resolve(unreachable(error)));
        },
      );
      call.on('error', (error) => resolve(unreachable(error)));
      call.end(body);
    });
  }
}

/** At most 32 characters of base64url (RFC 8030, 5.4). */
const topicOf = (incidentId: string): string =>
  createHash('sha256').update(incidentId).digest('base64url').slice(0, 32);
