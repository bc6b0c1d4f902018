import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseContract } from './database.contract.ts';
import { openDatabase } from './database.ts';

describe('SQLite passes the tests for every kind of database', () => {
  databaseContract('sqlite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-database-'));
    const database = openDatabase(`sqlite:${join(folder, 'cloud.db')}`);
    const empty = openDatabase(`sqlite:${join(folder, 'empty.db')}`);
    await database.migrate();
    return {
      database,
      // No second connection: better-sqlite3 is synchronous, so two connections in one process would wait for each other for ever.
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

test('when several processes start at the same time on a new file, each of them finds its tables', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-database-'));
  const url = `sqlite:${join(folder, 'cloud.db')}`;
  const started = Array.from({ length: PROCESSES }, () => spawn(process.execPath, [MIGRATE, url]));
  const ends = started.map((child) => once(child, 'exit') as Promise<[number]>);
  await Promise.all(started.map((child) => once(child.stdout, 'data')));
  for (const child of started) child.stdin.end('go');
  expect((await Promise.all(ends)).map(([status]) => status)).toEqual(Array(PROCESSES).fill(0));
  await rm(folder, { recursive: true });
});
