import type { Clock } from '@earshot/shared/clock.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';

/** Metadata is out within a second when the cloud is there; half a minute later it must have been away. */
const LATE_AFTER_MS = 30_000;

/**
 * Which records are delivered late. The age of a record of this run is measured on the monotonic clock, because the wall clock may
 * have been set since; of a record that an earlier run left, the wall clock is all there is.
 */
export class Lateness {
  private readonly clock: Clock;
  private readonly sinceMs = new Map<string, number>();
  /** Decided by the try that gets through: a record that is registered again is described the same. */
  private readonly decided = new Map<string, boolean>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The record was put just now. */
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
