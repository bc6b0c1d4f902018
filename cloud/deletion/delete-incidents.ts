import { clipKey } from '../clips/clip-store.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { enterDeletions, removeBytes } from './deletion-ledger.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'feed'>;

/**
 * Deletes incidents with their rows, pending notifications and bytes. An upload, job, verification or notification that is in progress then
 * finds no row and stops.
 */
export async function deleteIncidents(parts: Parts, homeId: string, ids: readonly string[]): Promise<number> {
  const { database, clock, feed } = parts;
  const done = await changeHome(database, homeId, async (queries) => {
    const incidents = await queries
      .selectFrom('incidents')
      .select('id')
      .where('homeId', '=', homeId)
      .where('id', 'in', ids)
      .execute();
    const found = incidents.map(({ id }) => id);
    if (found.length === 0) return { count: 0, entries: [] };
    const sounds = await queries
      .selectFrom('candidates')
      .leftJoin('clips', 'clips.candidateId', 'candidates.id')
      .where('candidates.incidentId', 'in', found)
      .select(['candidates.id', 'clips.bytes', 'clips.state', 'clips.uploadUntilMs'])
      .execute();
    // Record candidates without a clip, too: a device that registers such a candidate again must learn that it was deleted.
    const clips = sounds.map(({ id, bytes, state, uploadUntilMs }) => ({
      homeId,
      key: clipKey(homeId, id),
      bytes: bytes ?? 0,
      state: state ?? 'shed',
      uploadUntilMs: uploadUntilMs ?? 0,
    }));
    const entries = await enterDeletions(queries, clips, 'member', clock.nowMs());
    await queries.deleteFrom('notifications').where('incidentId', 'in', found).execute();
    await queries.deleteFrom('incidents').where('id', 'in', found).execute();
    for (const id of found) await publish(queries, clock, homeId, { type: 'incident_deleted', id });
    return { count: found.length, entries };
  });
  feed.wake();
  await removeBytes(parts, done.entries);
  return done.count;
}
