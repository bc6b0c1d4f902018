import { iso } from '@earshot/shared/clock.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { SharedClip } from '@earshot/shared/contracts/shared-clips.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Caller } from '../homes/tokens.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';

const MOST_LISTED = 200;

/**
 * Lets a member share one recording with the operators of the cloud, and any member stop sharing it. All members see who shares it. If it
 * is already shared, the first member stays named as the one who shares it.
 */
export async function shareClip(
  { database, clock, feed }: Pick<CloudParts, 'database' | 'clock' | 'feed'>,
  member: Caller,
  { incidentId, candidateId }: { incidentId: string; candidateId: string },
  isShared: boolean,
): Promise<void> {
  await changeHome(database, member.homeId, async (queries) => {
    const clip = await queries
      .selectFrom('clips')
      .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
      .select(['clips.state', 'clips.sharedAtMs'])
      .where('candidates.id', '=', candidateId)
      .where('candidates.incidentId', '=', incidentId)
      .where('candidates.homeId', '=', member.homeId)
      .executeTakeFirst();
    if (clip?.state !== 'stored') throw new EarshotError('NOT_FOUND', 'clip');
    if ((clip.sharedAtMs !== null) === isShared) return;
    const shared = isShared ? { sharedBy: member.id, sharedAtMs: clock.nowMs() } : { sharedBy: null, sharedAtMs: null };
    await queries.updateTable('clips').set(shared).where('candidateId', '=', candidateId).execute();
    await publish(queries, clock, member.homeId, { type: 'incident', id: incidentId });
  });
  feed.wake();
}

/**
 * The recordings that operators may hear: those that exist, that their home shares now, and whose retention time is not over.
 */
const sharedClips = (queries: Queries, nowMs: number) =>
  queries
    .selectFrom('clips')
    .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
    .innerJoin('incidents', 'incidents.id', 'candidates.incidentId')
    .where('clips.state', '=', 'stored')
    .where('clips.sharedAtMs', 'is not', null)
    .where((clip) => clip.or([clip('clips.expiresAtMs', 'is', null), clip('clips.expiresAtMs', '>', nowMs)]));

export async function listSharedClips({
  database,
  clock,
}: Pick<CloudParts, 'database' | 'clock'>): Promise<SharedClip[]> {
  const rows = await sharedClips(database.queries, clock.nowMs())
    .select(['candidates.id', 'candidates.homeId', 'candidates.body', 'candidates.verdict', 'candidates.verifierScore'])
    .select(['incidents.feedback', 'clips.sharedAtMs'])
    .orderBy('clips.sharedAtMs', 'desc')
    .orderBy('candidates.id', 'desc')
    .limit(MOST_LISTED)
    .execute();
  return rows.map(({ id, homeId, body, verdict, verifierScore, feedback, sharedAtMs }) => {
    const { label, startedAt, release, score, clip } = Candidate.parse(JSON.parse(body));
    const device = { label, startedAt, release, deviceScore: score, durationS: clip?.durationS ?? 0 };
    return { candidateId: id, homeId, ...device, verdict, verifierScore, feedback, sharedAt: iso(sharedAtMs ?? 0) };
  });
}

/**
 * The API sends the bytes itself instead of a link. So when the home stops sharing, no link is left that still plays them.
 */
export async function readSharedClip(
  { database, clips, clock }: Pick<CloudParts, 'database' | 'clips' | 'clock'>,
  candidateId: string,
): Promise<Uint8Array> {
  const row = await sharedClips(database.queries, clock.nowMs())
    .select('clips.key')
    .where('clips.candidateId', '=', candidateId)
    .executeTakeFirst();
  const bytes = row && (await clips.get(row.key));
  if (!bytes) throw new EarshotError('NOT_FOUND', 'shared clip');
  return bytes;
}
