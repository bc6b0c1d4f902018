import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/**
 * A transaction that changes one home. Work on the same home waits for its turn, so that two candidates never open two incidents
 * and two verdicts never tell twice; homes do not wait for each other. (SQLite has one writer anyway.)
 */
export function changeHome<T>(
  database: Database,
  homeId: string,
  work: (queries: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return database.transact(async (queries) => {
    if (database.kind === 'postgres')
      await queries.selectFrom('homes').select('id').where('id', '=', homeId).forUpdate().execute();
    return work(queries);
  });
}
