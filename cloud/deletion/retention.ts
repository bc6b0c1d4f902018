import { forgetEndedTokens } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import { deleteClips, removeBytes } from './deletion-ledger.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log'>;

const CLIPS_A_TURN = 500;

/** Deletes the clips that are older than their home's retention time. The incidents stay in the history. */
export async function expireClips(parts: Parts): Promise<number> {
  const { database, clock, log } = parts;
  const nowMs = clock.nowMs();
  const entries = await database.transact(async (queries) => {
    const expired = await queries
      .selectFrom('clips')
      .selectAll()
      .where('expiresAtMs', '<=', nowMs)
      .limit(CLIPS_A_TURN)
      .execute();
    return deleteClips(queries, expired, 'expired', nowMs);
  });
  await removeBytes(parts, entries);
  await forgetEndedTokens(database.queries, nowMs);
  if (entries.length > 0) log.info({ clips: entries.length }, 'retention: expired clips deleted');
  return entries.length;
}
