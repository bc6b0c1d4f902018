import { afterAll, beforeAll } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from '../testing/scale.ts';
import { taughtSoundsContract } from './taught-sounds.contract.ts';

describeWithServers('taught sounds on PostgreSQL and S3', ['minio', 'elasticmq', 'postgres'], () => {
  let scale: CloudAtScale;
  beforeAll(async () => {
    scale = await startCloudAtScale();
    Object.assign(process.env, scale.env);
  }, 120_000);
  afterAll(() => scale.stop());
  taughtSoundsContract(async () => scale.env);
});
