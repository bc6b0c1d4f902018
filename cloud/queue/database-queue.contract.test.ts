import { describe } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@earshot/shared/clock.ts';
import { openDatabase } from '../store/database.ts';
import { DatabaseQueue } from './database-queue.ts';
import { workQueueContract } from './work-queue.contract.ts';

describe('DatabaseQueue on SQLite passes the tests for every work queue', () => {
  workQueueContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-queue-'));
    // The queues share one connection: better-sqlite3 is synchronous, so a second connection in this process would wait
    // for the first for ever.
    const database = openDatabase(`sqlite:${join(folder, 'cloud.db')}`);
    await database.migrate();
    return {
      open: async (name) => new DatabaseQueue(database, name, systemClock),
      close: async () => {
        await database.close();
        await rm(folder, { recursive: true });
      },
    };
  });
});
