import { homePrefix } from '../clips/clip-store.ts';
import type { CloudParts } from '../parts.ts';
import { revokeTokensOfHome } from '../homes/tokens.ts';
import { changeHome } from '../store/home-transaction.ts';
import { enterDeletions, removeBytes } from './deletion-ledger.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'feed'>;

/**
 * Deletes the home and everything in it: first rows and tokens, then bytes. Two records remain: the proof of the deletions, and for each
 * token hash the reason that its home was deleted. Phones that have the app open request the home once more and show that reason.
 */
export async function deleteHome(parts: Parts, homeId: string): Promise<void> {
  const { database, clock, clips, feed } = parts;
  const entries = await changeHome(database, homeId, async (queries) => {
    const all = await queries.selectFrom('clips').selectAll().where('homeId', '=', homeId).execute();
    const segments = await queries.selectFrom('dropInSegments').selectAll().where('homeId', '=', homeId).execute();
    const examples = await queries.selectFrom('taughtExamples').selectAll().where('homeId', '=', homeId).execute();
    const samples = await queries.selectFrom('samples').selectAll().where('homeId', '=', homeId).execute();
    const others = [...segments, ...examples].map((recording) => ({ ...recording, state: 'stored' as const }));
    const entered = await enterDeletions(queries, [...all, ...others, ...samples], 'home', clock.nowMs());
    await revokeTokensOfHome(queries, homeId, clock.nowMs());
    await queries.deleteFrom('jobs').where('group', '=', homeId).execute();
    await queries.deleteFrom('homes').where('id', '=', homeId).execute();
    return entered;
  });
  feed.notifyListeners(homeId, { type: 'members' });
  await removeBytes(parts, entries);
  await clips.deletePrefix(homePrefix(homeId));
}
