import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { readCloudConfig } from '../config.ts';
import { createBucket, createQueues } from './provision.ts';

/**
 * Creates the bucket and the queues that the environment names: `node cloud/deploy/provision-command.ts`. A second
 * run changes nothing.
 */
const { clips, queue } = readCloudConfig(process.env);
if (clips.kind !== 's3' || queue.kind !== 'sqs')
  throw new EarshotError(
    'SETTING_INVALID',
    'Set both EARSHOT_CLIP_BUCKET and EARSHOT_QUEUE_URL: they name the bucket and the queues to create.',
  );

const s3 = new S3Client({
  region: clips.region,
  ...(clips.endpoint === null ? {} : { endpoint: clips.endpoint, forcePathStyle: true }),
});
const sqs = new SQSClient({ region: queue.region, endpoint: new URL(queue.url).origin });
await createBucket(s3, clips.bucket);
await createQueues(sqs, queue.url.split('/').at(-1) ?? '');
process.stderr.write(`bucket ${clips.bucket} and queues ${queue.url}-* exist\n`);
