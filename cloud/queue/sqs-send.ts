import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { awsError } from '../aws-error.ts';
import { MAX_BODY_BYTES, type OutgoingMessage } from './work-queue.ts';

/**
 * SQS's limits for one SendMessageBatch: ten messages, with a total length no larger than the limit of a single message.
 */
const BATCH_MESSAGES = 10;
const BATCH_BYTES = MAX_BODY_BYTES;
const LONGEST_DELAY_S = 900;
/** A batch may succeed in part. Messages that failed through SQS's own fault are retried. */
const TRIES = 4;
const FIRST_PAUSE_MS = 100;

/** How many of the first messages fit into one call. */
export function fittingMessages(messages: readonly OutgoingMessage[]): number {
  let bytes = 0;
  const first = messages.slice(0, BATCH_MESSAGES);
  const over = first.findIndex(({ body }, at) => (bytes += Buffer.byteLength(body)) > BATCH_BYTES && at > 0);
  return over < 0 ? first.length : over;
}

/**
 * Sends up to `fittingMessages` messages in one call. Returns one result per message: null when the message is stored durably, else the
 * reason why it is not.
 */
export async function sendBatch(
  client: SQSClient,
  url: string,
  batch: readonly OutgoingMessage[],
  clock: Clock,
): Promise<(Error | null)[]> {
  const faults = new Map<string, Error>();
  let entries: SendMessageBatchRequestEntry[] = batch.map((message, index) => ({
    Id: String(index),
    MessageBody: message.body,
    MessageGroupId: message.group,
    // Store the lane in the message, because a redrive needs it for messages that SQS itself moved to the dead letters.
    MessageAttributes: { lane: { DataType: 'String', StringValue: message.lane } },
    DelaySeconds: Math.min(LONGEST_DELAY_S, Math.ceil((message.delayMs ?? 0) / 1000)),
  }));
  for (let tries = 1; ; tries++) {
    const { Failed = [] } = await client
      .send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
      .catch((error: unknown) => {
        throw awsError(error, 'QUEUE', `send to ${url}`);
      });
    const again = new Set<string>();
    for (const { Id = '', SenderFault = false, Code = 'refused' } of Failed) {
      if (SenderFault || tries === TRIES)
        faults.set(
          Id,
          new EarshotError('QUEUE', `send to ${url}: ${Code}.`, { details: { retryable: !SenderFault, code: Code } }),
        );
      else again.add(Id);
    }
    if (again.size === 0) return batch.map((_, index) => faults.get(String(index)) ?? null);
    entries = entries.filter(({ Id }) => again.has(Id ?? ''));
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
}
