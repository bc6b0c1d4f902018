import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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

const MIGRATE = fileURLToPath(new URL('../testing/migrate-process.ts', import.meta.url));
const PROCESSES = 4;
const ALL_STARTED_MS = 2500;

test('processes that start together on a new file all find its tables', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-database-'));
  const url = `sqlite:${join(folder, 'cloud.db')}`;
  const at = String(Date.now() + ALL_STARTED_MS);
  const started = Array.from({ length: PROCESSES }, () => promisify(execFile)(process.execPath, [MIGRATE, url, at]));
  const ended = await Promise.allSettled(started);
  expect(ended.map(({ status }) => status)).toEqual(Array(PROCESSES).fill('fulfilled'));
  await rm(folder, { recursive: true });
});
