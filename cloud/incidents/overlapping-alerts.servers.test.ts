import { afterAll, beforeAll } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type PostgresServer, startPostgres } from '@earshot/shared/testing/servers.ts';
import { newDatabase } from '../testing/scale.ts';
import { TestParts } from '../testing/test-parts.ts';
import { overlappingAlertsContract } from './overlapping-alerts.contract.ts';

describeWithServers('on PostgreSQL', ['postgres'], () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  overlappingAlertsContract(async (startMs) => TestParts.open(startMs, await newDatabase(server)));
});
