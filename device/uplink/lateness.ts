import type { Clock } from '@earshot/shared/clock.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';

/** With a reachable cloud metadata is delivered within a second; after half a minute the cloud must have been unreachable. */
const LATE_AFTER_MS = 30_000;

/**
 * Decides which records are delivered late. The age of this run's records is measured on the monotonic clock, because the wall clock may
 * have been set since. For records of an earlier run only the wall clock is available.
 */
export class Lateness {
  private readonly clock: Clock;
  private readonly sinceMs = new Map<string, number>();
  /** Decided when a registration succeeds; registering the record again gives the same result. */
  private readonly decided = new Map<string, boolean>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The record was just put. */
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
