import type { Clock } from '@earshot/shared/clock.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { ReceivedMessage, WorkQueue } from './work-queue.ts';

/**
 * How often an answer to the queue (ack, bury or release) is attempted. If all attempts fail, the lease expires and the message is received
 * again.
 */
const TRIES = 4;
const FIRST_PAUSE_MS = 250;

export interface LeaseOptions {
  queue: WorkQueue;
  clock: Clock;
  leaseMs: number;
  heartbeatMs: number;
  onQueueError: (error: unknown, doing: string) => void;
}

/**
 * One message that this process has leased. The lease is extended until one of `ack`, `bury` or `release` is called. These three never
 * throw.
 */
export class Lease {
  private readonly message: ReceivedMessage;
  private readonly options: LeaseOptions;
  private readonly answered = new AbortController();
  private beating: Promise<void> = Promise.resolve();

  constructor(message: ReceivedMessage, options: LeaseOptions) {
    this.message = message;
    this.options = options;
  }

  keep(): void {
    this.beating = this.beat(this.answered.signal);
  }

  ack(): Promise<void> {
    return this.answer('acknowledge', ({ queue }) => queue.ack(this.message));
  }

  bury(reason: string): Promise<void> {
    return this.answer('bury', ({ queue }) => queue.bury(this.message, reason));
  }

  release(delayMs: number): Promise<void> {
    return this.answer('release', ({ queue }) => queue.release(this.message, delayMs));
  }

  private async beat(answered: AbortSignal): Promise<void> {
    const { queue, clock, leaseMs, heartbeatMs, onQueueError } = this.options;
    while (!answered.aborted) {
      await pause(clock, heartbeatMs, answered);
      if (answered.aborted) return;
      await queue.extend(this.message, leaseMs).catch((error: unknown) => onQueueError(error, 'extend a lease'));
    }
  }

  /**
   * Answers the queue. Stops the heartbeat first, because an extension after a release would overwrite the release's delay.
   */
  private async answer(doing: string, call: (options: LeaseOptions) => Promise<void>): Promise<void> {
    this.answered.abort();
    await this.beating;
    const { clock, onQueueError } = this.options;
    const backOff = new BackOff(FIRST_PAUSE_MS);
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(this.options);
      } catch (error) {
        onQueueError(error, doing);
        if (attempt === TRIES) return;
        await clock.sleep(backOff.nextMs());
      }
    }
  }
}
