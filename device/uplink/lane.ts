import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import type { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { Refused } from './refusal.ts';

const IDLE_MS = 60_000;

/**
 * What to do after a failure: give up, retry, or retry when the cloud can be reached again (then the record is not at
 * fault).
 */
export type AfterFailure = 'giveUp' | 'retry' | 'awaitCloud';

export interface LaneWork {
  /** Whether this lane can deliver the record now. */
  isReady(entry: OutboxEntry): boolean;
  deliver(entry: OutboxEntry, signal: AbortSignal): Promise<void>;
  /** `tries`: how often this record has failed so far, this failure included. */
  failed(entry: OutboxEntry, error: EarshotError, tries: number): Promise<AfterFailure>;
}

/**
 * A record that failed this often in a row goes behind the other records, because the record itself may be the cause.
 */
const TRIES_IN_FRONT = 3;

/**
 * Delivers the records of the outbox one by one, most urgent first. Backs off after every failure, whatever its reason.
 */
export class Lane {
  private readonly outbox: Outbox;
  private readonly clock: Clock;
  private readonly backOff: BackOff;
  private readonly work: LaneWork;
  private readonly wakeUp: WakeUp;
  private readonly tries = new Map<string, number>();
  private isHurried = false;

  constructor(outbox: Outbox, clock: Clock, backOff: BackOff, work: LaneWork) {
    this.outbox = outbox;
    this.clock = clock;
    this.backOff = backOff;
    this.work = work;
    this.wakeUp = new WakeUp(clock);
  }

  /** Wakes the lane, because there may be a record to deliver. Does not end a back-off. */
  wake(): void {
    this.wakeUp.wake();
  }

  /** Ends a back-off, because a retry may succeed now. */
  hurry(): void {
    this.tries.clear();
    this.isHurried = true;
    this.wakeUp.wake();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // List the known records before the try, so that a record that is put during a request counts as new afterwards.
      const known = new Set(this.outbox.list().map(({ id }) => id));
      this.isHurried = false;
      const entry = this.next();
      if (!entry) {
        await this.wakeUp.wait(IDLE_MS, signal);
        continue;
      }
      try {
        await this.work.deliver(entry, signal);
        this.backOff.succeeded();
        this.tries.delete(entry.id);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asEarshotError(thrown, 'UNREACHABLE', entry.id);
        const tries = this.triesOf(entry.id) + 1;
        const next = await this.work.failed(entry, error, tries);
        if (next === 'retry') this.tries.set(entry.id, tries);
        if (next === 'giveUp') continue;
        const askedMs = error instanceof Refused ? (error.retryAfterMs ?? 0) : 0;
        await this.waitOut(Math.max(askedMs, this.backOff.nextMs()), known, signal);
      }
    }
  }

  triesOf(id: string): number {
    return this.tries.get(id) ?? 0;
  }

  private next(): OutboxEntry | undefined {
    const ready = this.outbox.list().filter((entry) => this.work.isReady(entry));
    return ready.find(({ id }) => this.triesOf(id) < TRIES_IN_FRONT) ?? ready[0];
  }

  /** A new safety record ends the wait: it is worth an immediate try. */
  private async waitOut(ms: number, known: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const untilMs = this.clock.monotonicMs() + ms;
    const hasUrgentNews = () => this.outbox.list().some(({ id, label }) => isSafety(label) && !known.has(id));
    for (;;) {
      const leftMs = untilMs - this.clock.monotonicMs();
      if (signal.aborted || this.isHurried || leftMs <= 0 || hasUrgentNews()) return;
      await this.wakeUp.wait(leftMs, signal);
    }
  }
}
