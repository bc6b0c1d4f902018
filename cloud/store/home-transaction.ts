import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

type Work<T> = (queries: Transaction<Schema>) => Promise<T>;

/**
 * A transaction that changes one home. Transactions on the same home run one after the other, so that two candidates never open two
 * incidents, and two verdicts never notify twice. Transactions on different homes run concurrently (except on SQLite, which has only one
 * writer).
 */
export const changeHome = <T>(database: Database, homeId: string, work: Work<T>): Promise<T> =>
  changeHomes(database, [homeId], work);

/**
 * Like `changeHome`, but for several homes in one transaction. This needs fewer statements when thousands of homes
 * alarm at once.
 */
export async function changeHomes<T>(database: Database, homeIds: readonly string[], work: Work<T>): Promise<T> {
  if (database.kind === 'sqlite') return database.transact(work);
  const homes = [...new Set(homeIds)];
  // Wait here for earlier transactions of these homes, before taking a connection. If transactions waited for the row lock instead, a noisy
  // home would occupy all connections of the pool and delay all other homes.
  const before = Promise.allSettled(homes.map((homeId) => lastOfHome.get(homeId) ?? Promise.resolve()));
  const mine = before.then(() =>
    database.transact(async (queries) => {
      // Always lock the rows in the order of their ids, so that two transactions on the same homes cannot deadlock. With "no key update",
      // other transactions can still insert rows that reference the home, e.g. a notification.
      await queries.selectFrom('homes').select('id').where('id', 'in', homes).orderBy('id').forNoKeyUpdate().execute();
      return work(queries);
    }),
  );
  for (const homeId of homes) lastOfHome.set(homeId, mine);
  try {
    return await mine;
  } finally {
    for (const homeId of homes) if (lastOfHome.get(homeId) === mine) lastOfHome.delete(homeId);
  }
}

/** By home: the newest change in this process that is not finished yet. */
const lastOfHome = new Map<string, Promise<unknown>>();
