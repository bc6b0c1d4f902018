import { expect, test } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { freePort, startPostgres } from '@earshot/shared/testing/servers.ts';
import { newDatabase } from '../testing/scale.ts';
import { databaseContract } from './database.contract.ts';
import { openDatabase } from './database.ts';

describeWithServers('PostgreSQL passes the tests for every kind of database', ['postgres'], () => {
  databaseContract('postgres', async () => {
    const server = await startPostgres();
    const url = await newDatabase(server);
    const [database, other, empty] = [openDatabase(url), openDatabase(url), openDatabase(await newDatabase(server))];
    await database.migrate();
    return {
      database,
      other,
      empty,
      close: async () => {
        await Promise.all([database, other, empty].map((each) => each.close()));
        await server.stop();
      },
    };
  });

  test('an unreachable server is reported as a database error with advice', async () => {
    const database = openDatabase(`postgres://earshot@127.0.0.1:${await freePort()}/earshot`);
    await expect(database.check()).rejects.toMatchObject({ code: 'DATABASE' });
    await database.close();
  });
});
