import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { checkCloud } from './check-cloud.ts';
import { LANES } from './queue/work-queue.ts';
import { openDatabase } from './store/database.ts';
import { type CloudAtScale, startCloudAtScale } from './testing/scale.ts';

describeWithServers('checkCloud on S3, SQS and PostgreSQL', ['minio', 'elasticmq', 'postgres'], () => {
  let scale: CloudAtScale;
  const before = { ...process.env };
  beforeAll(async () => {
    scale = await startCloudAtScale();
    // The SDK reads its keys from the process, as in production.
    Object.assign(process.env, scale.env);
  });
  afterAll(async () => {
    process.env = before;
    await scale.stop();
  });
  const queueUrl = () => scale.env.EARSHOT_QUEUE_URL ?? '';
  const failures = async (env: NodeJS.ProcessEnv) => (await checkCloud(env)).filter(({ ok }) => !ok);

  test('before the first start only the database tables are missing, and after it nothing is missing', async () => {
    expect(await failures(scale.env)).toMatchObject([{ name: 'database' }]);
    const database = openDatabase(scale.env.EARSHOT_DATABASE_URL ?? '');
    await database.migrate();
    await database.close();
    expect(await failures(scale.env)).toEqual([]);
  });

  test('a missing bucket is reported, and so is a secret that each process would create for itself', async () => {
    const { EARSHOT_SECRET: _, ...without } = scale.env;
    const checks = await failures({ ...without, EARSHOT_CLIP_BUCKET: 'no-such-bucket' });
    expect(checks.filter(({ name }) => name === 'clips')).toMatchObject([
      { says: expect.stringContaining('no-such-bucket') },
    ]);
    expect(checks.map(({ name }) => name)).toContain('keys');
  });

  test('the names of queues without a redrive policy are reported', async () => {
    const client = new SQSClient({ region: scale.env.AWS_REGION ?? '', endpoint: new URL(queueUrl()).origin });
    for (const part of ['dead', ...LANES]) await client.send(new CreateQueueCommand({ QueueName: `bare-${part}` }));
    client.destroy();
    expect(await failures({ ...scale.env, EARSHOT_QUEUE_URL: queueUrl().replace(/earshot$/, 'bare') })).toMatchObject([
      { name: 'queue', says: expect.stringContaining('bare-urgent has no redrive policy') },
    ]);
  });
});
