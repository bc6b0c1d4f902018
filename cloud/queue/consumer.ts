import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { Lease } from './lease.ts';
import type { ReceivedMessage, WorkQueue } from './work-queue.ts';

/** What SQS hands out in one call. */
const MOST_A_RECEIVE = 10;
/** After the queue itself failed: soon, because a safety alarm may wait; not a flood of calls for a queue that is away for hours. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Work that failed waits this much longer each time: 5 s, 20 s, 80 s, 5 min where the first retry is after 5 s. */
const RETRY_FACTOR = 4;

/** The work is done (acknowledge the message), or can never succeed (bury it, with this reason). A handler that throws has it retried. */
export type Handled = 'done' | { bury: string };

export interface ConsumerOptions {
  queue: WorkQueue;
  clock: Clock;
  /** `stop` aborts when the consumer shall end: long work may give up then and throw, its message is received again at once. */
  handle: (message: ReceivedMessage, stop: AbortSignal) => Promise<Handled>;
  /** How many messages are worked on at once. */
  atOnce: number;
  /** How long one call waits for messages. */
  waitMs: number;
  /** After this another consumer receives what a killed one held. */
  leaseMs: number;
  /** How often the lease is extended while the work goes on. */
  heartbeatMs: number;
  firstRetryMs: number;
  /** The queue could not be used for a moment; it is tried again. */
  onQueueError: (error: unknown, doing: string) => void;
  /** The work on a message failed; it is received again after a while, or goes to the dead letters after its last delivery. */
  onWorkError: (error: unknown, message: ReceivedMessage) => void;
  /** Nothing was received, and nothing is in flight. */
  onIdle?: () => void;
}

/**
 * Takes messages from a work queue and has them handled, several at once. No error of the queue or of the work ends it: `run` ends when
 * its signal aborts and what is in flight is finished.
 */
export class QueueConsumer {
  private readonly options: ConsumerOptions;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(options: ConsumerOptions) {
    this.options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    checkHeartbeat(this.options);
    const { atOnce, clock, onQueueError, onIdle } = this.options;
    const backOff = new BackOff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    while (!signal.aborted) {
      const room = atOnce - this.inFlight.size;
      // One half is worked on while the other is fetched: a call for each message that ends would cost more than the work.
      if (room < Math.min(MOST_A_RECEIVE, atOnce / 2)) {
        await Promise.race(this.inFlight);
        continue;
      }
      try {
        await this.receive(Math.min(room, MOST_A_RECEIVE), signal);
        backOff.succeeded();
        if (this.inFlight.size === 0) onIdle?.();
      } catch (error) {
        onQueueError(error, 'receive');
        await pause(clock, backOff.nextMs(), signal);
      }
    }
    await Promise.all(this.inFlight);
  }

  private async receive(max: number, signal: AbortSignal): Promise<void> {
    const { queue, waitMs, leaseMs } = this.options;
    for (const message of await queue.receive({ max, waitMs, leaseMs, signal })) {
      const work = this.work(message, signal).finally(() => this.inFlight.delete(work));
      this.inFlight.add(work);
    }
  }

  /** Never fails. */
  private async work(message: ReceivedMessage, stop: AbortSignal): Promise<void> {
    const { handle, firstRetryMs, onWorkError } = this.options;
    const lease = new Lease(message, this.options);
    lease.keep();
    try {
      const handled = await handle(message, stop);
      await (handled === 'done' ? lease.ack() : lease.bury(handled.bury));
    } catch (error) {
      if (!stop.aborted) onWorkError(error, message);
      await lease.release(stop.aborted ? 0 : firstRetryMs * RETRY_FACTOR ** (message.deliveries - 1));
    }
  }
}

/** A queue may have used up half of a lease before it hands the message out (sqs-lane.ts). */
function checkHeartbeat({ heartbeatMs, leaseMs }: ConsumerOptions): void {
  if (heartbeatMs > 0 && heartbeatMs < leaseMs / 2) return;
  throw new EarshotError(
    'SETTING_INVALID',
    `The heartbeat of a queue's consumer is ${heartbeatMs} ms. It must be above 0 and below half of the lease, which is ${leaseMs} ms: otherwise the lease ends during the work, and another consumer does it again.`,
  );
}
