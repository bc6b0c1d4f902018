import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { startElasticMq, startMinio, type S3Server, type SqsServer } from '@earshot/shared/testing/servers.ts';
import { S3ClipStore } from '../clips/s3-store.ts';
import { SqsQueue } from '../queue/sqs-queue.ts';
import { s3Client, sqsClient } from '../testing/scale.ts';

const run = promisify(execFile);
const COMMAND = fileURLToPath(new URL('./provision-command.ts', import.meta.url));

describeWithServers('provisioning without CDK', ['minio', 'elasticmq'], () => {
  let s3: S3Server;
  let sqs: SqsServer;
  beforeAll(async () => {
    [s3, sqs] = await Promise.all([startMinio(), startElasticMq()]);
  });
  afterAll(() => Promise.all([s3.stop(), sqs.stop()]));

  test('provisioning creates a bucket and queues that pass their checks, and a second run changes nothing', async () => {
    const env = {
      ...process.env,
      EARSHOT_CLIP_BUCKET: 'clips',
      EARSHOT_S3_ENDPOINT: s3.endpoint,
      EARSHOT_QUEUE_URL: `${sqs.endpoint}/000000000000/earshot`,
      AWS_REGION: s3.region,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    for (let time = 0; time < 2; time++) await run(process.execPath, [COMMAND], { env });
    const [clips, messages] = [s3Client(s3), sqsClient(sqs)];
    await new S3ClipStore(clips, 'clips').check();
    await expect(new SqsQueue(messages, env.EARSHOT_QUEUE_URL).check()).resolves.toBeUndefined();
    clips.destroy();
    messages.destroy();
  });
});
