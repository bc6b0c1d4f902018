import type { Clock } from '@earshot/shared/clock.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';

/**
 * How long a record may wait before it counts as late. Metadata is normally delivered within a second, so after half a
 * minute the cloud must have been unreachable.
 */
const LATE_AFTER_MS = 30_000;

/**
 * Decides which records count as delivered late. The age of records of this run is measured on the monotonic clock,
 * because somebody may have set the wall clock. For records of an earlier run only the wall clock is available.
 */
export class Lateness {
  private readonly clock: Clock;
  private readonly sinceMs = new Map<string, number>();
  /**
   * Whether each record was late at its first successful registration. Later registrations of the same record say the
   * same.
   */
  private readonly decided = new Map<string, boolean>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Call it after a record was put into the outbox. */
  began(id: string): void {
    this.sinceMs.set(id, this.clock.monotonicMs());
  }

  isLate({ id, candidate }: Pick<OutboxEntry, 'id' | 'candidate'>): boolean {
    const sinceMs = this.sinceMs.get(id);
    const ageMs =
      sinceMs === undefined
        ? this.clock.nowMs() - Date.parse(candidate.detectedAt)
        : this.clock.monotonicMs() - sinceMs;
    return this.decided.get(id) ?? ageMs > LATE_AFTER_MS;
  }

  keep(id: string, late: boolean): void {
    this.decided.set(id, late);
  }

  forget(id: string): void {
    this.sinceMs.delete(id);
    this.decided.delete(id);
  }
}
