import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { systemClock, type Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { awsError } from '../aws-error.ts';
import { ackBatch, fittingReceipts, isStale } from './sqs-ack.ts';
import { countsOf, deadLetterQueueOf } from './sqs-attributes.ts';
import { SqsDeadLetters } from './sqs-dead-letters.ts';
import { SqsLane } from './sqs-lane.ts';
import { fittingMessages, sendBatch } from './sqs-send.ts';
import { BatchedCalls } from '../store/batched-calls.ts';
import {
  LANES,
  MAX_BODY_BYTES,
  type DeadLetter,
  type Lane,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type WorkQueue,
} from './work-queue.ts';

const CONNECT_WITHIN_MS = 3_000;
/**
 * The time-out of a call, longer than the longest poll (sqs-lane.ts). Without a time-out, a call on a broken connection would never end.
 */
const ANSWER_WITHIN_MS = 15_000;
/** The lease of a message while it is buried. Burying takes two calls, and the lease must not expire between them. */
const BURY_WITHIN_MS = 30_000;

/**
 * `url` is the common prefix of the queues' addresses: `…/earshot` stands for `…/earshot-urgent`, `-normal`, `-bulk` and `-dead`.
 */
export function openSqsQueue(place: { url: string; region: string }, clock: Clock = systemClock): SqsQueue {
  const client = new SQSClient({
    region: place.region,
    endpoint: new URL(place.url).origin,
    requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS },
  });
  return new SqsQueue(client, place.url, clock);
}

/**
 * The work queue on Amazon SQS: one standard queue per lane, and one for the dead letters of all lanes. The group of a message is sent as
 * its MessageGroupId. With group ids, standard queues of SQS are "fair": a noisy group does not delay other groups.
 */
export class SqsQueue implements WorkQueue {
  readonly kind = 'sqs';
  private readonly client: SQSClient;
  private readonly url: string;
  private readonly clock: Clock;
  private readonly lanes: SqsLane[];
  private readonly dead: SqsDeadLetters;
  private readonly sending: Record<Lane, BatchedCalls<OutgoingMessage>>;
  private readonly acking: Record<Lane, BatchedCalls<string>>;

  constructor(client: SQSClient, url: string, clock: Clock = systemClock) {
    this.client = client;
    this.url = url;
    this.clock = clock;
    this.lanes = LANES.map((lane) => new SqsLane(client, this.urlOf(lane), lane, clock));
    this.dead = new SqsDeadLetters(client, this.urlOf('dead'));
    this.sending = each(
      (lane) => new BatchedCalls(fittingMessages, (batch) => sendBatch(client, this.urlOf(lane), batch, clock)),
    );
    this.acking = each(
      (lane) => new BatchedCalls(fittingReceipts, (batch) => ackBatch(client, this.urlOf(lane), batch)),
    );
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const { body } of messages) {
      const bytes = Buffer.byteLength(body);
      if (bytes > MAX_BODY_BYTES)
        throw new EarshotError('MESSAGE_TOO_LARGE', `${bytes} bytes; the limit is ${MAX_BODY_BYTES}.`);
    }
    await Promise.all(messages.map((message) => this.sending[message.lane].add(message)));
  }

  async receive({ max, waitMs, leaseMs, signal }: ReceiveOptions): Promise<ReceivedMessage[]> {
    const untilMs = this.clock.nowMs() + waitMs;
    for (;;) {
      if (signal?.aborted) return [];
      // Read a lane only when the lanes before it are empty, so that an urgent message never waits for a full batch.
      for (const lane of this.lanes) {
        const messages = await lane.take(max, leaseMs);
        if (messages.length > 0) return messages;
      }
      const leftMs = untilMs - this.clock.nowMs();
      if (leftMs <= 0) return [];
      await this.untilOneHas(max, leaseMs, leftMs, signal);
    }
  }

  async extend(message: ReceivedMessage, leaseMs: number): Promise<boolean> {
    return this.changeLease(message, leaseMs, 'extend');
  }

  async release(message: ReceivedMessage, delayMs: number): Promise<void> {
    await this.changeLease(message, delayMs, 'release');
  }

  async ack(message: ReceivedMessage): Promise<void> {
    await this.acking[message.lane].add(message.receipt);
  }

  async bury(message: ReceivedMessage, reason: string): Promise<void> {
    // A worker that has lost its lease must not bury a message that another worker is handling.
    if (!(await this.changeLease(message, BURY_WITHIN_MS, 'bury'))) return;
    await this.dead.add(message, reason);
    await this.ack(message);
  }

  deadLetters(max: number): Promise<DeadLetter[]> {
    return this.dead.peek(max);
  }

  redrive(): Promise<number> {
    return this.dead.drain((message) => this.send([message]));
  }

  /**
   * The number of waiting messages, and the age of the oldest message that this process received last. (SQS reports the age of the oldest
   * waiting message only through CloudWatch.)
   */
  async depth(): Promise<QueueDepth> {
    const [dead, lanes] = await Promise.all([
      countsOf(this.client, this.urlOf('dead')),
      Promise.all(LANES.map((lane) => countsOf(this.client, this.urlOf(lane)))),
    ]);
    const ready = lanes.reduce((sum, lane) => sum + lane.ready, 0);
    const leased = lanes.reduce((sum, lane) => sum + lane.leased, 0);
    const nowMs = this.clock.nowMs();
    const oldestAgeMs = Math.max(0, ...this.lanes.map((lane) => nowMs - (lane.oldestSentAtMs ?? nowMs)));
    return { ready, leased, dead: dead.ready + dead.leased, oldestAgeMs: ready === 0 ? 0 : oldestAgeMs };
  }

  async check(): Promise<void> {
    await countsOf(this.client, this.urlOf('dead'));
    const dead = this.urlOf('dead').split('/').at(-1) ?? '';
    for (const lane of LANES) {
      const target = await deadLetterQueueOf(this.client, this.urlOf(lane));
      if (target !== dead)
        throw new EarshotError(
          'QUEUE',
          `${this.urlOf(lane)} has no redrive policy to ${dead}, so messages that can never succeed would be delivered for ever.`,
        );
    }
  }

  /** Releases messages that were leased but not yet handed to a consumer. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
    this.client.destroy();
  }

  private urlOf(part: Lane | 'dead'): string {
    return `${this.url}-${part}`;
  }

  /**
   * Waits for all lanes at once until one has messages. The polls of the other lanes continue, because an aborted poll could lose messages
   * that it has just leased.
   */
  private async untilOneHas(max: number, leaseMs: number, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController();
    const timer = this.clock
      .sleep(ms, signal ? AbortSignal.any([signal, over.signal]) : over.signal)
      .catch(() => undefined);
    await Promise.race([timer, ...this.lanes.map((lane) => lane.poll(max, leaseMs))]);
    over.abort(new Error('a message arrived'));
    await timer;
  }

  private async changeLease(message: ReceivedMessage, ms: number, doing: string): Promise<boolean> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.urlOf(message.lane),
      ReceiptHandle: message.receipt,
      VisibilityTimeout: Math.ceil(ms / 1000),
    });
    try {
      await this.client.send(command);
      return true;
    } catch (error) {
      if (isStale(error)) return false;
      throw awsError(error, 'QUEUE', `${doing} ${message.id}`);
    }
  }
}

const each = <T>(make: (lane: Lane) => T): Record<Lane, T> => ({
  urgent: make('urgent'),
  normal: make('normal'),
  bulk: make('bulk'),
});
