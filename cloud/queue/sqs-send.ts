import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { awsError } from '../aws-error.ts';
import { MAX_BODY_BYTES, type OutgoingMessage } from './work-queue.ts';

/** SQS's own limits on one SendMessageBatch: ten messages, and together no longer than one may be. */
const BATCH_MESSAGES = 10;
const BATCH_BYTES = MAX_BODY_BYTES;
const LONGEST_DELAY_S = 900;
/** A batch may succeed in part; SQS's own faults among the rest are tried again. */
const TRIES = 4;
const FIRST_PAUSE_MS = 100;

/** Sends them in as few calls as the limits allow; resolves when all of them are durable. */
export async function sendInBatches(
  client: SQSClient,
  url: string,
  messages: readonly OutgoingMessage[],
  clock: Clock,
): Promise<void> {
  for (const batch of batchesOf(messages)) await sendBatch(client, url, batch, clock);
}

export function* batchesOf(messages: readonly OutgoingMessage[]): Iterable<OutgoingMessage[]> {
  let batch: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const own = Buffer.byteLength(message.body);
    if (batch.length === BATCH_MESSAGES || (batch.length > 0 && bytes + own > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += own;
  }
  if (batch.length > 0) yield batch;
}

async function sendBatch(client: SQSClient, url: string, batch: OutgoingMessage[], clock: Clock): Promise<void> {
  let entries: SendMessageBatchRequestEntry[] = batch.map((message, index) => ({
    Id: String(index),
    MessageBody: message.body,
    MessageGroupId: message.group,
    // SQS moves poison to the dead letters by itself; this tells where a redrive must put it.
    MessageAttributes: { lane: { DataType: 'String', StringValue: message.lane } },
    DelaySeconds: Math.min(LONGEST_DELAY_S, Math.ceil((message.delayMs ?? 0) / 1000)),
  }));
  for (let tries = 1; ; tries++) {
    const { Failed = [] } = await client
      .send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
      .catch((error: unknown) => {
        throw awsError(error, 'QUEUE', `send to ${url}`);
      });
    if (Failed.length === 0) return;
    const refused = Failed.find((failure) => failure.SenderFault);
    if (refused || tries === TRIES)
      throw new EarshotError('QUEUE', `send to ${url}: ${(refused ?? Failed[0])?.Code ?? 'refused'}.`, {
        details: { retryable: !refused, failed: Failed },
      });
    const again = new Set(Failed.map((failure) => failure.Id));
    entries = entries.filter((entry) => again.has(entry.Id));
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
}
