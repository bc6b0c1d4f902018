import type { Clock } from '@earshot/shared/clock.ts';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import type { ActionLinks } from './action-links.ts';
import { type AddressGuard, OPEN_NETWORK } from './address-guard.ts';
import { isCalming } from './calming-step.ts';
import { post } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'ntfy' }>;

/** Priorities of ntfy: 5 makes a sound even when the phone is silenced, 3 is the default, 2 makes no sound. */
const PRIORITY = { high: 5, normal: 3, low: 2 } as const;

/** Sends to ntfy and to servers with the same JSON API. The topic is the last part of the channel's address. */
export class NtfyNotifier implements Notifier<Target> {
  readonly kind = 'ntfy';
  private readonly linkUrl: string | null;
  private readonly links: ActionLinks;
  private readonly clock: Clock;
  private readonly guard: AddressGuard;

  /**
   * `linkUrl` is the address at which phones reach the cloud. The message and its buttons link to it. Null: the message has no links.
   */
  constructor(linkUrl: string | null, links: ActionLinks, clock: Clock, guard: AddressGuard = OPEN_NETWORK) {
    this.linkUrl = linkUrl;
    this.links = links;
    this.clock = clock;
    this.guard = guard;
  }

  send(target: Target, notice: Notice, signal: AbortSignal): Promise<Delivery> {
    const { body, urgency } = notice;
    const url = new URL(target.url);
    const parts = url.pathname.split('/').filter(Boolean);
    const topic = parts.pop() ?? '';
    const message = {
      topic,
      sequence_id: sequenceOf(notice),
      title: body.title,
      message: body.body,
      priority: PRIORITY[urgency],
      tags: [body.test ? 'test_tube' : body.class === 'safety' ? 'rotating_light' : 'ear'],
      ...(this.linkUrl === null
        ? {}
        : { click: new URL(body.url, this.linkUrl).href, actions: this.buttons(this.linkUrl, notice) }),
    };
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': notice.id,
      ...(target.token ? { authorization: `Bearer ${target.token}` } : {}),
    };
    return post({
      url: new URL(`/${parts.join('/')}`, url).href,
      headers,
      body: JSON.stringify(message),
      guard: this.guard,
      signal,
    });
  }

  /**
   * The buttons of the message (https://docs.ntfy.sh/publish/#action-buttons). There are none when there is nothing to acknowledge.
   */
  private buttons(linkUrl: string, { body, memberId }: Notice): object[] {
    if (body.class === 'upkeep' || body.test || isCalming(body.step)) return [];
    const acknowledge = this.links.acknowledge(body.incidentId, memberId, this.clock.nowMs());
    return [
      // `clear` removes the message from the phone after the acknowledgement has succeeded.
      { action: 'http', label: 'Acknowledge', url: new URL(acknowledge, linkUrl).href, method: 'POST', clear: true },
      { action: 'view', label: 'Listen', url: new URL(`${body.url}?listen`, linkUrl).href },
    ];
  }
}

/**
 * On a phone a message replaces the message with the same sequence id (ntfy 2.16 and later; older servers ignore the field). So the phone
 * shows one notification per incident, and a message that is sent again after a crash does not appear twice. ntfy's Android app makes no
 * sound for a replacement, so a message that must make a sound has its own sequence id.
 */
function sequenceOf({ id, body: { incidentId, step } }: Notice): string {
  const mustRing = step.startsWith('repeat') || step.startsWith('escalated');
  return mustRing ? id : incidentId;
}
