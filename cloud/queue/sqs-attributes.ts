import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from '@aws-sdk/client-sqs';
import { awsError } from '../aws-error.ts';

async function attributesOf(client: SQSClient, url: string, ...names: QueueAttributeName[]) {
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names });
    return (await client.send(command)).Attributes ?? {};
  } catch (error) {
    throw awsError(error, 'QUEUE', url);
  }
}

/**
 * How many messages are waiting (including delayed ones) and how many are leased. The counts are approximate, because
 * SQS has no exact ones.
 */
export async function countsOf(client: SQSClient, url: string): Promise<{ ready: number; leased: number }> {
  const counts = await attributesOf(
    client,
    url,
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesDelayed',
    'ApproximateNumberOfMessagesNotVisible',
  );
  const count = (name: QueueAttributeName) => Number(counts[name] ?? 0);
  return {
    ready: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
    leased: count('ApproximateNumberOfMessagesNotVisible'),
  };
}

/** The name of this queue's dead-letter queue; null when it has none. */
export async function deadLetterQueueOf(client: SQSClient, url: string): Promise<string | null> {
  const { RedrivePolicy } = await attributesOf(client, url, 'RedrivePolicy');
  if (!RedrivePolicy) return null;
  const { deadLetterTargetArn } = JSON.parse(RedrivePolicy) as { deadLetterTargetArn?: string };
  return deadLetterTargetArn?.split(':').at(-1) ?? null;
}
