import { createHash } from 'node:crypto';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import type { Database } from '@earshot/cloud/store/database.ts';

/**
 * Reads every clip of these homes and lets SQLite check its file. Returns the faults; the list is empty when every clip
 * is as it was sent.
 */
export async function corruptStores(
  database: Database,
  clips: ClipStore,
  homeIds: readonly string[],
): Promise<string[]> {
  const rows = await database.queries
    .selectFrom('clips')
    .select(['key', 'sha256', 'state'])
    .where('homeId', 'in', homeIds)
    .execute();
  const faults: string[] = [];
  for (const { key, sha256, state } of rows) {
    const bytes = await clips.get(key);
    if (bytes === null) faults.push(`${key}: ${state}, but not in the store`);
    else if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      faults.push(`${key}: its bytes are not those that the device sent`);
  }
  // The first check of a connection reads the whole SQLite file.
  await database.check().catch((error: Error) => faults.push(error.message));
  return faults;
}
