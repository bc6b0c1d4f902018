import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@earshot/shared/clock.ts';
import { createHome } from '../homes/homes.ts';
import type { Database } from './database.ts';
import { changeHome, changeHomes } from './home-transaction.ts';

export interface DatabaseUnderTest {
  /** An empty database with all tables. */
  database: Database;
  /** Another connection to the same database. Null for an engine that allows only one connection per process. */
  other: Database | null;
  /** A database without tables. */
  empty: Database;
  close(): Promise<void>;
}

/** Increments a counter by reading and writing its row. Without a lock, concurrent changes would lose updates. */
async function countSettingsUp(queries: Database['queries'], homeId: string): Promise<void> {
  const { version } = await queries
    .selectFrom('settings')
    .select('version')
    .where('homeId', '=', homeId)
    .executeTakeFirstOrThrow();
  await queries
    .updateTable('settings')
    .set({ version: version + 1 })
    .where('homeId', '=', homeId)
    .execute();
}

/**
 * The tests that every kind of database must pass. Each engine's test calls this inside its own `describe`. Tests that need two connections
 * run only on PostgreSQL, because SQLite has one connection per process.
 */
export function databaseContract(engine: Database['kind'], open: () => Promise<DatabaseUnderTest>): void {
  let under: DatabaseUnderTest;
  let database: Database;
  let other: Database;
  beforeAll(async () => {
    under = await open();
    database = under.database;
    other = under.other ?? database;
  });
  afterAll(() => under.close());

  const onServer = engine === 'postgres' ? test : () => undefined;
  const newHome = async () => (await createHome({ database, clock: systemClock }, 'Home', 'UTC')).homeId;
  const nameOf = async (homeId: string, from = database) =>
    (await from.queries.selectFrom('homes').select('name').where('id', '=', homeId).executeTakeFirst())?.name;

  test('a migrated database passes its check, and stays unchanged when two processes migrate it again at the same time', async () => {
    const homeId = await newHome();
    await Promise.all([database.migrate(), other.migrate()]);
    await database.check();
    expect(await nameOf(homeId)).toBe('Home');
  });

  test('`check` fails for a database without tables', async () => {
    await expect(under.empty.check()).rejects.toMatchObject({ code: 'DATABASE' });
  });

  test('instants are read as whole numbers, and text comes back unchanged', async () => {
    const id = randomUUID();
    const [name, createdAtMs] = ['Zoë’s  "home" \u{1f3e0} \\', 4_102_444_800_123];
    await database.queries.insertInto('homes').values({ id, name, createdAtMs, watchedUntilMs: 0 }).execute();
    const row = await other.queries.selectFrom('homes').selectAll().where('id', '=', id).executeTakeFirst();
    expect(row).toMatchObject({ name, createdAtMs });
  });

  test('a failed transaction is rolled back', async () => {
    const homeId = await newHome();
    const failing = database.transact(async (queries) => {
      await queries.updateTable('homes').set({ name: 'half done' }).where('id', '=', homeId).execute();
      throw new Error('the other half fails');
    });
    await expect(failing).rejects.toThrow('the other half fails');
    expect(await nameOf(homeId)).toBe('Home');
  });

  onServer("a transaction's changes are invisible to others until it is committed", async () => {
    const homeId = await newHome();
    await database.transact(async (queries) => {
      await queries.updateTable('homes').set({ name: 'not yet' }).where('id', '=', homeId).execute();
      expect(await nameOf(homeId, other)).toBe('Home');
    });
    expect(await nameOf(homeId, other)).toBe('not yet');
  });

  test('a hundred concurrent changes of one home run one after the other, and none is lost', async () => {
    const homeId = await newHome();
    const countUp = (on: Database) => changeHome(on, homeId, (queries) => countSettingsUp(queries, homeId));
    await Promise.all(Array.from({ length: 100 }, (_, n) => countUp(n % 2 ? database : other)));
    const settings = database.queries.selectFrom('settings').select('version').where('homeId', '=', homeId);
    expect((await settings.executeTakeFirstOrThrow()).version).toBe(101);
  });

  test('concurrent changes of the same homes do not deadlock, even when the homes are given in different orders', async () => {
    const homes = [await newHome(), await newHome(), await newHome()];
    const countUp = (on: Database, ...homeIds: string[]) =>
      changeHomes(on, homeIds, async (queries) => {
        for (const homeId of homeIds) await countSettingsUp(queries, homeId);
      });
    const [a, b, c] = homes as [string, string, string];
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const [on, off] = n % 2 ? [database, other] : [other, database];
        return Promise.all([countUp(on, a, b), countUp(off, b, a), countUp(on, c, a, b), countUp(off, b)]);
      }),
    );
    const settings = database.queries.selectFrom('settings').select(['homeId', 'version']).where('homeId', 'in', homes);
    const versions = new Map((await settings.execute()).map(({ homeId, version }) => [homeId, version]));
    expect([a, b, c].map((homeId) => versions.get(homeId))).toEqual([61, 81, 21]);
  });

  test('two concurrent inserts of the same id both succeed and leave one row', async () => {
    const id = randomUUID();
    const insertUnlessThere = (on: Database, name: string) =>
      on.transact(async (queries) => {
        const there = await queries.selectFrom('homes').select('id').where('id', '=', id).executeTakeFirst();
        if (there) return 'was there';
        await queries.insertInto('homes').values({ id, name, createdAtMs: 1, watchedUntilMs: 0 }).execute();
        return 'inserted';
      });
    const outcomes = await Promise.all([insertUnlessThere(database, 'a'), insertUnlessThere(other, 'b')]);
    expect(outcomes.sort()).toEqual(['inserted', 'was there']);
  });

  test('deleting a home deletes all its rows, and no rows of another home', async () => {
    const [gone, stays] = [await newHome(), await newHome()];
    await database.queries.deleteFrom('homes').where('id', '=', gone).execute();
    const membersOf = (homeId: string) =>
      database.queries.selectFrom('members').select('id').where('homeId', '=', homeId).execute();
    expect(await membersOf(gone)).toHaveLength(0);
    expect(await membersOf(stays)).toHaveLength(1);
  });

  test('a row whose home does not exist is refused', async () => {
    const orphan = { id: randomUUID(), homeId: randomUUID(), name: 'nobody', escalation: 0, createdAtMs: 1 };
    await expect(database.queries.insertInto('members').values(orphan).execute()).rejects.toThrow(/foreign key/i);
  });

  onServer('a connection that is lost in a transaction fails only that transaction, and later ones work', async () => {
    const homeId = await newHome();
    const lost = database.transact(async (queries) => {
      await queries.updateTable('homes').set({ name: 'lost' }).where('id', '=', homeId).execute();
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(queries);
    });
    await expect(lost).rejects.toThrow();
    // The client may notice that the connection has ended a moment after the answer.
    await sleep(200);
    await database.check();
    expect(await nameOf(homeId)).toBe('Home');
  });

  onServer('a connection that is lost between two queries of a transaction does not end the process', async () => {
    const lost = database.transact(async (queries) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(queries);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other.queries);
      await sleep(200);
      await queries.selectFrom('homes').select('id').limit(1).execute();
    });
    await expect(lost).rejects.toThrow();
    await database.check();
  });
}
