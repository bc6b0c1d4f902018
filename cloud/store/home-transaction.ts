import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/**
 * A transaction that changes one home. Work on the same home waits for its turn, so that two candidates never open two incidents
 * and two verdicts never tell twice; homes do not wait for each other. (SQLite has one writer anyway.)
 */
export async function changeHome<T>(
  database: Database,
  homeId: string,
  work: (queries: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  if (database.kind === 'sqlite') return database.transact(work);
  // The turn is waited for here, without a connection: a noisy home whose transactions waited for the row's lock would hold
  // every connection of the pool, and every other home would wait with it.
  const before = lastOfHome.get(homeId);
  const mine = (async () => {
    await before?.catch(() => undefined);
    return database.transact(async (queries) => {
      await queries.selectFrom('homes').select('id').where('id', '=', homeId).forUpdate().execute();
      return work(queries);
    });
  })();
  lastOfHome.set(homeId, mine);
  try {
    return await mine;
  } finally {
    if (lastOfHome.get(homeId) === mine) lastOfHome.delete(homeId);
  }
}

/** The newest change of each home that is under way in this process. */
const lastOfHome = new Map<string, Promise<unknown>>();
