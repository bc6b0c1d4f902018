import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { Lease } from './lease.ts';
import type { ReceivedMessage, WorkQueue } from './work-queue.ts';

/** SQS returns at most this many messages in one call. */
const MOST_A_RECEIVE = 10;
/**
 * The first pause after an error of the queue is short, because a safety alarm may be waiting. Later pauses grow, so that a queue that is
 * down for hours is not flooded with calls.
 */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/**
 * Failed work is retried with a growing delay. If the first retry comes after 5 s, the next come after 20 s, 80 s and 5 min.
 */
const RETRY_FACTOR = 4;

/**
 * `done`: acknowledge the message. `bury`: the work can never succeed, so move the message to the dead letters with this reason. When a
 * handler throws, the message is retried.
 */
export type Handled = 'done' | { bury: string };

export interface ConsumerOptions {
  queue: WorkQueue;
  clock: Clock;
  /**
   * Handles one message. `stop` aborts when the consumer must end. A long handler may then throw, and its message is received again at
   * once.
   */
  handle: (message: ReceivedMessage, stop: AbortSignal) => Promise<Handled>;
  /** How many messages are handled at the same time. */
  atOnce: number;
  /** How long one receive call waits for messages. */
  waitMs: number;
  /** When a consumer is killed, another consumer receives its messages after this time. */
  leaseMs: number;
  /** How often the lease is extended during the work. */
  heartbeatMs: number;
  firstRetryMs: number;
  /** Called when a call to the queue failed. The call is retried. */
  onQueueError: (error: unknown, doing: string) => void;
  /**
   * Called when a handler threw. The message is received again later, or goes to the dead letters after its last
   * delivery.
   */
  onWorkError: (error: unknown, message: ReceivedMessage) => void;
  /** Called when no message was received and no message is in progress. */
  onIdle?: () => void;
}

/**
 * Receives messages from a work queue and handles several at once. Errors of the queue or of a handler do not end the consumer. `run` ends
 * only after its signal has aborted and the work in progress is finished.
 */
export class QueueConsumer {
  private readonly options: ConsumerOptions;
  private readonly inFlight = new Set<Promise<void>>();
  /**
   * After a start, handle messages one at a time until a message arrives that was never received before. A message that was received before
   * may have killed the process that handled it. Handled together with other messages, it would use up their deliveries as well.
   */
  private isOneByOne = true;

  constructor(options: ConsumerOptions) {
    this.options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    checkHeartbeat(this.options);
    const { atOnce, clock, onQueueError, onIdle } = this.options;
    const backOff = new BackOff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    while (!signal.aborted) {
      const most = this.isOneByOne ? 1 : atOnce;
      const room = most - this.inFlight.size;
      // Wait until several messages (ten, or half of `most`) can be received in one call: a call after each finished
      // message would cost more than handling the message.
      if (room < Math.min(MOST_A_RECEIVE, most / 2)) {
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
    const received = await queue.receive({ max, waitMs, leaseMs, signal });
    // The queue may return messages while the consumer stops. Release them for the next consumer.
    if (signal.aborted) {
      await Promise.all(received.map((message) => new Lease(message, this.options).release(0)));
      return;
    }
    for (const message of received) {
      if (message.deliveries === 1) this.isOneByOne = false;
      const work = this.work(message, signal).finally(() => this.inFlight.delete(work));
      this.inFlight.add(work);
    }
  }

  /** Handles one message. Never throws. */
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

/**
 * Throws unless the heartbeat is shorter than half of the lease, because a queue may keep a message for the other half before it returns it
 * (sqs-lane.ts).
 */
function checkHeartbeat({ heartbeatMs, leaseMs }: ConsumerOptions): void {
  if (heartbeatMs > 0 && heartbeatMs < leaseMs / 2) return;
  throw new EarshotError(
    'SETTING_INVALID',
    `The heartbeat of a queue's consumer is ${heartbeatMs} ms. It must be above 0 and below half of the lease, which is ${leaseMs} ms: otherwise the lease expires during the work, and another consumer repeats it.`,
  );
}
