import type { CloudParts } from '../parts.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock'>;

/**
 * Each segment is removed a second time, this long after the device announced it, because a slow upload may end after the first removal.
 */
const LAST_LOOK_AFTER_MS = 110_000;
const MOST_A_TURN = 400;
const AT_ONCE = 16;

/**
 * Removes the bytes of segments that are a minute old, and removes them again later. After the second removal their rows are deleted.
 */
export async function removeOldSegments({ database, clips, clock }: Parts): Promise<void> {
  const nowMs = clock.nowMs();
  const due = await database.queries
    .selectFrom('dropInSegments')
    .select(['id', 'key', 'createdAtMs'])
    .where('lookAtMs', '<=', nowMs)
    .orderBy('lookAtMs')
    .limit(MOST_A_TURN)
    .execute();
  for (let at = 0; at < due.length; at += AT_ONCE) {
    const some = due.slice(at, at + AT_ONCE);
    await Promise.all(some.map(({ key }) => clips.delete(key)));
    const ids = (isLast: boolean) =>
      some.filter(({ createdAtMs }) => nowMs >= createdAtMs + LAST_LOOK_AFTER_MS === isLast).map(({ id }) => id);
    const [again, done] = [ids(false), ids(true)];
    if (again.length > 0)
      await database.queries
        .updateTable('dropInSegments')
        .set((e) => ({ lookAtMs: e('createdAtMs', '+', LAST_LOOK_AFTER_MS) }))
        .where('id', 'in', again)
        .execute();
    if (done.length > 0) await database.queries.deleteFrom('dropInSegments').where('id', 'in', done).execute();
  }
}
