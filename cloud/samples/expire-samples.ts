import { enterDeletions, removeBytes } from '../deletion/deletion-ledger.ts';
import type { CloudParts } from '../parts.ts';

const SAMPLES_A_TURN = 500;

/**
 * Deletes the recordings of samples that are older than their home's retention time. Score and feedback stay for `earshot tune`.
 */
export async function expireSamples(parts: Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log'>): Promise<void> {
  const { database, clock } = parts;
  const nowMs = clock.nowMs();
  const entries = await database.transact(async (queries) => {
    const expired = await queries
      .selectFrom('samples')
      .selectAll()
      .where('expiresAtMs', '<=', nowMs)
      .limit(SAMPLES_A_TURN)
      .execute();
    if (expired.length === 0) return [];
    const ids = expired.map(({ id }) => id);
    await queries.updateTable('samples').set({ state: 'deleted', expiresAtMs: null }).where('id', 'in', ids).execute();
    return enterDeletions(queries, expired, 'expired', nowMs);
  });
  await removeBytes(parts, entries);
}
