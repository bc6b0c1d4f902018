import type { ChannelRequest, NotificationBody } from '@earshot/shared/contracts/home.ts';

/**
 * One way to reach a person. A notifier makes one attempt and returns its outcome. The dispatcher (dispatcher.ts) does the rest for all
 * kinds of channels: it waits, retries, switches to the next channel and stores the state.
 */
export interface Notifier<Target extends ChannelRequest = ChannelRequest> {
  readonly kind: Target['kind'];
  /**
   * Sends one notification. Returns failures of the receiver instead of throwing them. The signal aborts a hanging attempt.
   */
  send(target: Target, notice: Notice, signal: AbortSignal): Promise<Delivery>;
  /** Closes connections that the notifier keeps open. */
  close?(): Promise<void>;
}

export interface Notice {
  /** The notification's id. It is the same for every attempt, so that a receiver can drop repetitions. */
  id: string;
  body: NotificationBody;
  /** The member who gets the notification. */
  memberId: string;
  /** The home's name, e.g. for the footer of an e-mail. */
  homeName: string;
  urgency: 'high' | 'normal' | 'low';
  /** The notification is useless after this many seconds from now. */
  ttlS: number;
}

export type Delivery =
  | { outcome: 'delivered' }
  /** Retry. If the receiver named a time, retry only after `afterMs`. */
  | { outcome: 'retry'; reason: string; afterMs: number | null }
  /** The subscription no longer exists: remove the channel. */
  | { outcome: 'gone'; reason: string }
  /**
   * Every attempt would be refused (invalid key, unknown address): mark the channel as failing and use the next channel.
   */
  | { outcome: 'refused'; reason: string };
