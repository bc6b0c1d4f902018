import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

type Work<T> = (queries: Transaction<Schema>) => Promise<T>;

/**
 * A transaction that changes one home. Work on the same home waits for its turn, so that two candidates never open two incidents
 * and two verdicts never notify twice; homes do not wait for each other. (SQLite has one writer anyway.)
 */
export const changeHome = <T>(database: Database, homeId: string, work: Work<T>): Promise<T> =>
  changeHomes(database, [homeId], work);

/** The same for several homes in one transaction: when thousands alarm at once, statements cost more than what they say. */
export async function changeHomes<T>(database: Database, homeIds: readonly string[], work: Work<T>): Promise<T> {
  if (database.kind === 'sqlite') return database.transact(work);
  const homes = [...new Set(homeIds)];
  // The turn is waited for here, without a connection: a noisy home whose transactions waited for the row's lock would hold
  // every connection of the pool, and every other home would wait with it.
  const before = Promise.allSettled(homes.map((homeId) => lastOfHome.get(homeId) ?? Promise.resolve()));
  const mine = before.then(() =>
    database.transact(async (queries) => {
      // In one order everywhere: two transactions that share two homes must not wait for each other. "No key": rows that name the
      // home may be added meanwhile by whoever does not change it, such as the row of a sent notification.
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

/** The newest change of each home that is under way in this process. */
const lastOfHome = new Map<string, Promise<unknown>>();
