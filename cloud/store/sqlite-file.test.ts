import { mkdtemp, open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud } from '../testing/test-cloud.ts';
import { openDatabase } from './database.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earshot-sqlite-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));
const file = () => join(home, 'cloud.db');

async function makeHome(): Promise<void> {
  const database = openDatabase(`sqlite:${file()}`);
  await database.migrate();
  for (let at = 0; at < 200; at++)
    await database.queries
      .insertInto('homes')
      .values({ id: `home ${at}`, name: 'x'.repeat(500), createdAtMs: at, watchedUntilMs: 0 })
      .execute();
  await database.close();
}

describe('a lost database file', () => {
  test('when the database file was emptied, the start fails and no new home is created', async () => {
    await makeHome();
    await truncate(file());
    expect(() => openDatabase(`sqlite:${file()}`)).toThrow(expect.objectContaining({ code: 'DATABASE_LOST' }));
    expect((await stat(file())).size).toBe(0);
  });

  test('when the database file was deleted, the start fails and no new home is created', async () => {
    await makeHome();
    await rm(file());
    expect(() => openDatabase(`sqlite:${file()}`)).toThrow(expect.objectContaining({ code: 'DATABASE_LOST' }));
  });

  test('when the first start was killed before it created the tables, the next start works', async () => {
    await (await open(file(), 'w')).close();
    const database = openDatabase(`sqlite:${file()}`);
    await database.migrate();
    await database.close();
  });
});

test('after a row is deleted, its bytes are no longer in the file', async () => {
  await makeHome();
  expect((await readFile(file())).includes('x'.repeat(500))).toBe(true);
  const database = openDatabase(`sqlite:${file()}`);
  await database.queries.deleteFrom('homes').execute();
  await database.close();
  expect((await readFile(file())).includes('x'.repeat(100))).toBe(false);
});

test('a corrupt page makes /readyz fail and report the database', async () => {
  await makeHome();
  const page = 4_096;
  // Corrupt the page of a table that is not read at the start. A corrupt schema page would make the start itself fail.
  const database = openDatabase(`sqlite:${file()}`);
  const { rows } = await sql<{ rootpage: number }>`select rootpage from sqlite_schema where name = 'deletions'`.execute(
    database.queries,
  );
  await database.close();
  const handle = await open(file(), 'r+');
  await handle.write(Buffer.alloc(page, 0xa5), 0, page, (rows[0]!.rootpage - 1) * page);
  await handle.close();
  await using server = await startTestCloud({ env: { EARSHOT_HOME: home }, roles: ['api'] });
  const answer = await fetch(new URL('/readyz', server.cloud.url));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    status: 'failing',
    parts: { database: expect.stringContaining('DATABASE') },
  });
});

test('when the disk refuses writes, a device gets the error DISK_FULL and /readyz fails', async () => {
  await using server = await startTestCloud({ env: { EARSHOT_HOME: home }, roles: ['api'] });
  const { code } = await server.cloud.firstHome.deviceCode();
  const box = await TestClient.pair(server.cloud.url, code, 'device', 'Box', 'Hall');
  // Make every write fail, as on a read-only disk.
  const { queries } = server.cloud.parts.database;
  await sql`pragma query_only = on`.execute(queries);
  const clip = beepClip();
  const candidate = makeCandidate('smoke_alarm', clip);
  const answer = await box.fetch('PUT', `/v1/candidates/${candidate.id}`, candidate);
  expect([answer.status, await answer.json()]).toMatchObject([507, { error: { code: 'DISK_FULL' } }]);
  expect((await fetch(new URL('/readyz', server.cloud.url))).status).toBe(503);
  await sql`pragma query_only = off`.execute(queries);
  expect((await fetch(new URL('/readyz', server.cloud.url))).status).toBe(200);
});

test('a transaction without disk space fails with SQLITE_FULL, and a later transaction works', async () => {
  await makeHome();
  const database = openDatabase(`sqlite:${file()}`);
  await sql`pragma max_page_count = 1`.execute(database.queries);
  const row = (id: string, name: string) => ({ id, name, createdAtMs: 1, watchedUntilMs: 0 });
  const grow = database.transact(async (queries) => {
    for (let at = 0; at < 100; at++)
      await queries
        .insertInto('homes')
        .values(row(`more ${at}`, 'x'.repeat(100_000)))
        .execute();
  });
  await expect(grow).rejects.toMatchObject({ code: 'SQLITE_FULL' });
  await sql`pragma max_page_count = 1000000`.execute(database.queries);
  await database.transact((queries) => queries.insertInto('homes').values(row('last', 'x')).execute());
  await database.close();
});

test.each(['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_READONLY_DBMOVED', 'ENOSPC'])(
  '%s is reported as DISK_FULL',
  (code) => {
    expect(asEarshotError(Object.assign(new Error(code), { code }), 'INTERNAL', '').code).toBe('DISK_FULL');
  },
);

test('a start on a port that needs special rights fails with PORT_FORBIDDEN, not with an error about the disk', () => {
  const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' });
  expect(asEarshotError(error, 'INTERNAL', '0.0.0.0:80').code).toBe('PORT_FORBIDDEN');
});
