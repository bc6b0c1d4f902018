import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Clock } from '@earshot/shared/clock.ts';
import { awsError } from '../aws-error.ts';
import type { Lane, ReceivedMessage } from './work-queue.ts';

/** SQS returns at most ten messages per call. */
const MOST_A_CALL = 10;
/**
 * The length of a long poll. SQS allows 20 s, but a worker that stops must wait for its poll: aborting the poll could lose messages that
 * SQS has just leased.
 */
const POLL_S = 5;

interface Leased {
  message: ReceivedMessage;
  untilMs: number;
}

/**
 * One SQS queue. It is read either at once or by a long poll. The messages of a long poll are kept here until `take` returns them.
 */
export class SqsLane {
  /** When the oldest message of the last receive call was sent; null when that call received none. */
  oldestSentAtMs: number | null = null;
  private readonly client: SQSClient;
  private readonly url: string;
  private readonly lane: Lane;
  private readonly clock: Clock;
  private standing: Promise<void> | null = null;
  private brought: Leased[] = [];
  private failure: unknown = null;
  private closed = false;

  constructor(client: SQSClient, url: string, lane: Lane, clock: Clock) {
    this.client = client;
    this.url = url;
    this.lane = lane;
    this.clock = clock;
  }

  /** Returns up to `max` waiting messages. Each is leased for at least half of `leaseMs`. */
  async take(max: number, leaseMs: number): Promise<ReceivedMessage[]> {
    const failure = this.failure;
    this.failure = null;
    if (failure !== null) throw awsError(failure, 'QUEUE', `receive from ${this.url}`);
    const nowMs = this.clock.nowMs();
    // Drop messages that were kept here too long. They are received again when their lease expires.
    const fresh = this.brought.filter(({ untilMs }) => untilMs - nowMs >= leaseMs / 2);
    this.brought = fresh.slice(max);
    if (fresh.length > 0) return fresh.slice(0, max).map(({ message }) => message);
    // Send no second request while a poll is running: the poll returns as soon as a message arrives.
    if (this.standing !== null) return [];
    const calls = Array.from({ length: Math.ceil(max / MOST_A_CALL) }, (_, call) =>
      this.receive(Math.min(MOST_A_CALL, max - call * MOST_A_CALL), leaseMs, 0),
    );
    try {
      return (await Promise.all(calls)).flat().map(({ message }) => message);
    } catch (error) {
      throw awsError(error, 'QUEUE', `receive from ${this.url}`);
    }
  }

  /** Resolves when messages have arrived (`take` then returns them), or after a few seconds without messages. */
  poll(max: number, leaseMs: number): Promise<void> {
    this.standing ??= this.receive(Math.min(max, MOST_A_CALL), leaseMs, POLL_S)
      .then(async (leased) => {
        this.brought.push(...leased);
        if (this.closed) await this.giveBack();
      })
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.standing = null;
      });
    return this.standing;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.giveBack();
    await this.standing;
  }

  private async receive(max: number, leaseMs: number, waitS: number): Promise<Leased[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitS,
        VisibilityTimeout: Math.ceil(leaseMs / 1000),
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount', 'MessageGroupId'],
      }),
    );
    const untilMs = this.clock.nowMs() + leaseMs;
    const leased = Messages.map((message) => ({ message: received(message, this.lane), untilMs }));
    this.oldestSentAtMs = leased.reduce<number | null>(
      (oldest, { message }) => Math.min(oldest ?? Infinity, message.sentAtMs),
      null,
    );
    return leased;
  }

  private async giveBack(): Promise<void> {
    const leased = this.brought;
    this.brought = [];
    await Promise.allSettled(
      leased.map(({ message }) =>
        this.client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: this.url,
            ReceiptHandle: message.receipt,
            VisibilityTimeout: 0,
          }),
        ),
      ),
    );
  }
}

function received(message: Message, lane: Lane): ReceivedMessage {
  const { Attributes: attributes = {} } = message;
  return {
    id: message.MessageId ?? '',
    body: message.Body ?? '',
    lane,
    group: attributes.MessageGroupId ?? '',
    receipt: message.ReceiptHandle ?? '',
    deliveries: Number(attributes.ApproximateReceiveCount ?? 1),
    sentAtMs: Number(attributes.SentTimestamp ?? 0),
  };
}
