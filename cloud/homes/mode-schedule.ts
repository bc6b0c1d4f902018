import type { CloudParts } from '../parts.ts';
import { publish } from '../live/live-feed.ts';
import { changeHome } from '../store/home-transaction.ts';
import { settingsOf } from './homes.ts';
import { nextModeChange } from './schedule.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;

/**
 * Changes the mode of homes where an entry of the schedule is due. (A device that is offline follows its own copy of the schedule.)
 */
export async function applyDueModes({ database, clock, feed }: Parts): Promise<void> {
  const nowMs = clock.nowMs();
  const due = await database.queries
    .selectFrom('settings')
    .select(['homeId', 'nextModeAtMs'])
    .where('nextModeAtMs', '<=', nowMs)
    .limit(500)
    .execute();
  for (const { homeId, nextModeAtMs } of due) {
    await changeHome(database, homeId, async (queries) => {
      const settings = await settingsOf(queries, homeId);
      const change = nextModeAtMs === null ? null : nextModeChange(settings, nextModeAtMs - 1);
      if (!change || change.atMs > nowMs) return; // The schedule was changed since this home was read.
      const after = { ...settings, mode: change.mode, version: settings.version + 1 };
      await queries
        .updateTable('settings')
        .set({
          version: after.version,
          body: JSON.stringify(after),
          nextModeAtMs: nextModeChange(after, nowMs)?.atMs ?? null,
        })
        .where('homeId', '=', homeId)
        .execute();
      await publish(queries, clock, homeId, { type: 'settings', version: after.version });
    });
  }
  if (due.length > 0) feed.wake();
}
