import type { ChannelRequest, NotificationBody } from '@earshot/shared/contracts/home.ts';

/**
 * One way to reach a person. A notifier makes one attempt and says what came of it; waiting, trying again, failing over to
 * the next channel and remembering are the dispatcher's (dispatcher.ts), the same for all kinds.
 */
export interface Notifier<Target extends ChannelRequest = ChannelRequest> {
  readonly kind: Target['kind'];
  /** Never throws for what the other end does; the signal ends a hanging attempt. */
  send(target: Target, notice: Notice, signal: AbortSignal): Promise<Delivery>;
  /** Lets go of connections that it keeps. */
  close?(): Promise<void>;
}

export interface Notice {
  /** The same for every attempt, so that a receiver can drop what it has already seen. */
  id: string;
  body: NotificationBody;
  /** Who is told. */
  memberId: string;
  /** The home's link in words, e.g. for an e-mail's footer. */
  homeName: string;
  urgency: 'high' | 'normal' | 'low';
  /** After this it is of no use any more (seconds from now). */
  ttlS: number;
}

export type Delivery =
  | { outcome: 'delivered' }
  /** Try again, not before `afterMs` if the other end named a time. */
  | { outcome: 'retry'; reason: string; afterMs: number | null }
  /** The subscription does not exist any more: remove the channel. */
  | { outcome: 'gone'; reason: string }
  /** It will be refused every time (bad key, unknown address): the channel is failing, take the next one. */
  | { outcome: 'refused'; reason: string };
