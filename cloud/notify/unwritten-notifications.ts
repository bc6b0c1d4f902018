import type { Clock } from '@earshot/shared/clock.ts';
import type { NotificationRow } from './notification-outbox.ts';

const RETRY_MS = 5_000;

type Key = Pick<NotificationRow, 'incidentId' | 'memberId' | 'step'>;

interface Attempt {
  /** Resolves with the kind of the channel that delivered the notification, or null when none did. */
  channel: Promise<string | null>;
  failedAtMs: number | null;
}

/**
 * Remembers the notifications that were sent while the database could not be written (a full disk), so that they are not sent again later.
 * Each is forgotten after it was written.
 */
export class UnwrittenNotifications {
  private readonly clock: Clock;
  private readonly attempts = new Map<string, Attempt>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * The kind of channel that delivered the notification while the database could not be written; null when none did. Waits for an attempt
   * in progress.
   */
  async channelOf(row: Key): Promise<string | null> {
    return (await this.attempts.get(keyOf(row))?.channel) ?? null;
  }

  /** Runs `attempt`, unless one is in progress, has succeeded, or failed a moment ago. */
  async send(row: Key, attempt: () => Promise<string | null>): Promise<void> {
    const known = this.attempts.get(keyOf(row));
    if (known && (known.failedAtMs === null || this.clock.monotonicMs() - known.failedAtMs < RETRY_MS)) return;
    const fresh: Attempt = { channel: attempt(), failedAtMs: null };
    this.attempts.set(keyOf(row), fresh);
    if ((await fresh.channel) === null) fresh.failedAtMs = this.clock.monotonicMs();
  }

  noteSent(row: Key, channel: string): void {
    this.attempts.set(keyOf(row), { channel: Promise.resolve(channel), failedAtMs: null });
  }

  /** Forgets a notification whose delivery has been written to the database. */
  forget(row: Key): void {
    this.attempts.delete(keyOf(row));
  }
}

const keyOf = ({ incidentId, memberId, step }: Key): string => `${incidentId} ${memberId} ${step}`;
