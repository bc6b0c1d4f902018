import { afterAll, beforeAll } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type PostgresServer, startPostgres } from '@earshot/shared/testing/servers.ts';
import { newDatabase } from '../../testing/scale.ts';
import { upgradeContract } from './upgrade.contract.ts';

describeWithServers('an upgrade from an old release keeps all data, on PostgreSQL', ['postgres'], () => {
  let postgres: PostgresServer;
  beforeAll(async () => void (postgres = await startPostgres()), 60_000);
  afterAll(() => postgres.stop());
  upgradeContract(() => newDatabase(postgres));
});
