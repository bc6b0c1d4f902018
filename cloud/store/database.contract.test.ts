import { describe } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseContract } from './database.contract.ts';
import { openDatabase } from './database.ts';

describe('SQLite keeps the contract', () => {
  databaseContract('sqlite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-database-'));
    const database = openDatabase(`sqlite:${join(folder, 'cloud.db')}`);
    const empty = openDatabase(`sqlite:${join(folder, 'empty.db')}`);
    await database.migrate();
    return {
      database,
      // better-sqlite3 is synchronous: two connections in one process would wait for each other for ever.
      other: null,
      empty,
      close: async () => {
        await Promise.all([database.close(), empty.close()]);
        await rm(folder, { recursive: true });
      },
    };
  });
});
