import type { Clock } from '@earshot/shared/clock.ts';
import type { NotificationRow } from './notification-outbox.ts';

const RETRY_MS = 5_000;

type Key = Pick<NotificationRow, 'incidentId' | 'memberId' | 'step'>;

interface Attempt {
  /** The kind of the channel that took it; null: none did. */
  channel: Promise<string | null>;
  failedAtMs: number | null;
}

/**
 * What was sent while the database could not be written (a full disk): remembered until it can be noted there, so that it is not sent
 * again as soon as there is space.
 */
export class UnwrittenNotifications {
  private readonly clock: Clock;
  private readonly attempts = new Map<string, Attempt>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The channel that took it, also when that is being found out just now; null: it was not sent from memory. */
  async channelOf(row: Key): Promise<string | null> {
    return (await this.attempts.get(keyOf(row))?.channel) ?? null;
  }

  /** Runs `attempt`, unless one is under way, has succeeded, or failed a moment ago. */
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

  /** It is noted in the database. */
  forget(row: Key): void {
    this.attempts.delete(keyOf(row));
  }
}

const keyOf = ({ incidentId, memberId, step }: Key): string => `${incidentId} ${memberId} ${step}`;
