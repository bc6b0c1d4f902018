import { homePrefix } from '../clips/clip-store.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { enterDeletions, removeBytes } from './deletion-ledger.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'feed'>;

/** The home and everything in it: tokens first (they are rows of the home), then bytes. Only the proof of the deletions is kept. */
export async function deleteHome(parts: Parts, homeId: string): Promise<void> {
  const { database, clock, clips } = parts;
  const entries = await changeHome(database, homeId, async (queries) => {
    const all = await queries.selectFrom('clips').selectAll().where('homeId', '=', homeId).execute();
    const entered = await enterDeletions(queries, all, 'home', clock.nowMs());
    await queries.deleteFrom('jobs').where('group', '=', homeId).execute();
    await queries.deleteFrom('homes').where('id', '=', homeId).execute();
    return entered;
  });
  await removeBytes(parts, entries);
  await clips.deletePrefix(homePrefix(homeId));
}
