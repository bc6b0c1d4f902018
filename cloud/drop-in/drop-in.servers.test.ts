import { afterAll, beforeAll } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from '../testing/scale.ts';
import { dropInContract } from './drop-in.contract.ts';

describeWithServers('listening live, on PostgreSQL and S3', ['minio', 'elasticmq', 'postgres'], () => {
  let scale: CloudAtScale;
  beforeAll(async () => {
    scale = await startCloudAtScale();
    Object.assign(process.env, scale.env);
  }, 120_000);
  afterAll(() => scale.stop());
  dropInContract(async () => scale.env);
});
