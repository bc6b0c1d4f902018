import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { awsError } from '../aws-error.ts';
import {
  LANES,
  MAX_DELIVERIES,
  type DeadLetter,
  type Lane,
  type OutgoingMessage,
  type ReceivedMessage,
} from './work-queue.ts';

/** The lease while a batch is listed or returned to its lane. Listed messages are released at once. */
const LOOK_S = 30;
/**
 * The wait of a receive call. With a wait of one second, SQS asks all of its servers; without a wait it asks only some and may miss
 * messages.
 */
const SURELY_S = 1;

/**
 * The dead-letter queue. It contains messages that a worker buried with a reason, and messages that SQS moved after too many deliveries.
 */
export class SqsDeadLetters {
  private readonly client: SQSClient;
  private readonly url: string;

  constructor(client: SQSClient, url: string) {
    this.client = client;
    this.url = url;
  }

  async add(message: ReceivedMessage, reason: string): Promise<void> {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    const command = new SendMessageCommand({
      QueueUrl: this.url,
      MessageBody: message.body,
      MessageGroupId: message.group,
      MessageAttributes: {
        lane: text(message.lane),
        reason: text(reason.slice(0, 500) || 'no reason given'),
        sentAtMs: text(String(message.sentAtMs)),
      },
    });
    await this.calling(() => this.client.send(command));
  }

  async peek(max: number): Promise<DeadLetter[]> {
    const seen: Message[] = [];
    try {
      while (seen.length < max) {
        const batch = await this.receive(Math.min(10, max - seen.length));
        if (batch.length === 0) break;
        seen.push(...batch);
      }
    } finally {
      await Promise.all(seen.map((message) => this.giveBack(message)));
    }
    return seen
      .map((message) => ({
        id: message.MessageId ?? '',
        body: message.Body ?? '',
        reason: attribute(message, 'reason') ?? `received ${MAX_DELIVERIES} times without success`,
        sentAtMs: Number(attribute(message, 'sentAtMs') ?? message.Attributes?.SentTimestamp ?? 0),
      }))
      .sort((a, b) => a.sentAtMs - b.sentAtMs);
  }

  /**
   * Passes each message to `handOn`, then removes it from this queue. Returns the number of messages. After a crash between the two steps,
   * a message is in both queues.
   */
  async drain(handOn: (message: OutgoingMessage) => Promise<void>): Promise<number> {
    let count = 0;
    for (;;) {
      const batch = await this.receive(10);
      if (batch.length === 0) return count;
      for (const message of batch) {
        await handOn({
          body: message.Body ?? '',
          lane: laneOf(message),
          group: message.Attributes?.MessageGroupId ?? '',
        });
        const command = new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: message.ReceiptHandle });
        await this.calling(() => this.client.send(command));
        count++;
      }
    }
  }

  private async receive(max: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: max,
      VisibilityTimeout: LOOK_S,
      WaitTimeSeconds: SURELY_S,
      MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId'],
      MessageAttributeNames: ['All'],
    });
    return (await this.calling(() => this.client.send(command))).Messages ?? [];
  }

  private async giveBack(message: Message): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.url,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    await this.calling(() => this.client.send(command));
  }

  private async calling<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw awsError(error, 'QUEUE', this.url);
    }
  }
}

const attribute = (message: Message, name: string): string | undefined =>
  message.MessageAttributes?.[name]?.StringValue;

const laneOf = (message: Message): Lane => LANES.find((lane) => lane === attribute(message, 'lane')) ?? 'normal';
