import { systemClock } from '@earshot/shared/clock.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { startPostgres } from '@earshot/shared/testing/servers.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { newDatabase } from '../testing/scale.ts';
import { DatabaseQueue } from './database-queue.ts';
import { workQueueContract } from './work-queue.contract.ts';

describeWithServers('DatabaseQueue on PostgreSQL passes the tests for every work queue', ['postgres'], () => {
  workQueueContract(async () => {
    const server = await startPostgres();
    const url = await newDatabase(server);
    const opened: Database[] = [];
    return {
      open: async (name) => {
        const database = openDatabase(url, { poolSize: 2 });
        opened.push(database);
        await database.migrate();
        return new DatabaseQueue(database, name, systemClock);
      },
      close: async () => {
        await Promise.all(opened.map((database) => database.close()));
        await server.stop();
      },
    };
  });
});
