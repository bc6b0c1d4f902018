import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { type AddressGuard, OPEN_NETWORK } from './address-guard.ts';
import { post } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'ntfy' }>;

/** ntfy's scale: 5 rings through, 3 is usual, 2 is silent. */
const PRIORITY = { high: 5, normal: 3, low: 2 } as const;

/** ntfy (and what speaks its JSON): the topic is the last part of the address. */
export class NtfyNotifier implements Notifier<Target> {
  readonly kind = 'ntfy';
  private readonly publicUrl: string | null;
  private readonly guard: AddressGuard;

  /** `publicUrl`: where a tap on the message leads; null: nowhere. */
  constructor(publicUrl: string | null, guard: AddressGuard = OPEN_NETWORK) {
    this.publicUrl = publicUrl;
    this.guard = guard;
  }

  send(target: Target, { body, urgency }: Notice, signal: AbortSignal): Promise<Delivery> {
    const url = new URL(target.url);
    const parts = url.pathname.split('/').filter(Boolean);
    const topic = parts.pop() ?? '';
    const message = {
      topic,
      title: body.title,
      message: body.body,
      priority: PRIORITY[urgency],
      tags: [body.test ? 'test_tube' : body.class === 'safety' ? 'rotating_light' : 'ear'],
      ...(this.publicUrl ? { click: new URL(body.url, this.publicUrl).href } : {}),
    };
    const headers = {
      'content-type': 'application/json',
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
}
