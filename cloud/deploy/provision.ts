import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { LANES, MAX_DELIVERIES } from '../queue/work-queue.ts';

/**
 * Creates the bucket and the four queues where no CDK stack does it: for Compose, for tests, and on servers that are compatible with S3 and
 * SQS. Running it again changes nothing. On AWS, earshot-stack.ts creates the same bucket and queues with the same numbers.
 */

/**
 * The expiry of every object in the bucket. A home's retention deletes clips much earlier (after 30 days by default, 365 at most), so this
 * removes only clips that a bug left behind.
 */
export const CLIP_LIFE_DAYS = 400;
export const DEAD_LETTER_LIFE_S = 14 * 24 * 3600;
/** How long a received message stays hidden from other readers by default. Workers set their own time. */
export const DEFAULT_LEASE_S = 30;

export async function createBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof S3ServiceException && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  }
  const rule = {
    ID: 'forgotten',
    Status: 'Enabled' as const,
    Filter: { Prefix: '' },
    Expiration: { Days: CLIP_LIFE_DAYS },
  };
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules: [rule] } }),
  );
}

/** Returns the value for EARSHOT_QUEUE_URL: the common prefix of the queues' URLs. */
export async function createQueues(client: SQSClient, prefix: string): Promise<string> {
  const create = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return QueueUrl ?? '';
  };
  const dead = await create(`${prefix}-dead`, { MessageRetentionPeriod: String(DEAD_LETTER_LIFE_S) });
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: MAX_DELIVERIES });
  for (const lane of LANES)
    await create(`${prefix}-${lane}`, { RedrivePolicy, VisibilityTimeout: String(DEFAULT_LEASE_S) });
  return dead.slice(0, -'-dead'.length);
}
