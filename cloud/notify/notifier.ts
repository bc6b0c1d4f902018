import type { ChannelRequest, NotificationBody } from '@earshot/shared/contracts/home.ts';

/**
 * One way to reach a person. A notifier makes one attempt and returns its outcome; waiting, retries, failing over to the next channel and
 * remembering are the dispatcher's (dispatcher.ts), the same for all kinds.
 */
export interface Notifier<Target extends ChannelRequest = ChannelRequest> {
  readonly kind: Target['kind'];
  /** Never throws for a fault of the receiver; the signal ends a hanging attempt. */
  send(target: Target, notice: Notice, signal: AbortSignal): Promise<Delivery>;
  /** Closes connections that it keeps open. */
  close?(): Promise<void>;
}

export interface Notice {
  /** The same for every attempt, so that a receiver can drop repetitions. */
  id: string;
  body: NotificationBody;
  /** The recipient. */
  memberId: string;
  /** The home's name, e.g. for the footer of an e-mail. */
  homeName: string;
  urgency: 'high' | 'normal' | 'low';
  /** Seconds from now after which the notification is useless. */
  ttlS: number;
}

export type Delivery =
  | { outcome: 'delivered' }
  /** Retry, not before `afterMs` if the receiver named a time. */
  | { outcome: 'retry'; reason: string; afterMs: number | null }
  /** The subscription does not exist any more: remove the channel. */
  | { outcome: 'gone'; reason: string }
  /** Every attempt will be refused (invalid key, unknown address): mark the channel as failing and use the next one. */
  | { outcome: 'refused'; reason: string };
