import { CLASS_RANK, labelInfo } from '@earshot/shared/labels.ts';
import { settingsOf } from '../homes/homes.ts';
import type { CloudParts } from '../parts.ts';
import type { Lane } from '../queue/work-queue.ts';
import { changeHome } from '../store/home-transaction.ts';
import { inSpan, traceCarrier } from '../tracing.ts';
import { VerifyJob } from '../verifier/verify-job.ts';

/** A home that reports more than this many sounds a minute waits behind the others with the rest (safety never does). */
const FAIR_SHARE_PER_MINUTE = 20;
const DAY_MS = 86_400_000;

type Parts = Pick<CloudParts, 'database' | 'clips' | 'queue' | 'clock'>;

/**
 * The clip's bytes are in the store: note it, then queue it for the verifier. Doing it again is harmless; if this process dies between
 * the two, the sweeper finds a stored clip that was never queued. False when the candidate was deleted meanwhile.
 */
export async function clipArrived(parts: Parts, homeId: string, candidateId: string): Promise<boolean> {
  const { database, clock } = parts;
  const nowMs = clock.nowMs();
  const arrived = await changeHome(database, homeId, async (queries) => {
    const clip = await queries
      .selectFrom('clips')
      .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
      .select(['clips.state', 'candidates.label', 'candidates.queuedAtMs'])
      .where('clips.candidateId', '=', candidateId)
      .executeTakeFirst();
    if (!clip || clip.state === 'deleted') return null;
    if (clip.state === 'stored') return clip;
    const { retentionDays } = await settingsOf(queries, homeId);
    await queries
      .updateTable('clips')
      .set({ state: 'stored', storedAtMs: nowMs, expiresAtMs: nowMs + retentionDays * DAY_MS })
      .where('candidateId', '=', candidateId)
      .execute();
    return clip;
  });
  if (!arrived) return false;
  if (arrived.queuedAtMs === null) await queueForVerdict(parts, { homeId, candidateId, label: arrived.label });
  return true;
}

/** A stored clip that was not queued before. */
export async function queueForVerdict(
  { database, queue, clock }: Parts,
  { homeId, candidateId, label }: { homeId: string; candidateId: string; label: string },
): Promise<void> {
  const lane = await laneOf({ database, clock }, homeId, label);
  await inSpan('queue', { 'earshot.home': homeId, 'earshot.candidate': candidateId, 'earshot.lane': lane }, () =>
    queue.send([{ body: VerifyJob.write({ homeId, candidateId, ...traceCarrier() }), lane, group: homeId }]),
  );
  await database.queries
    .updateTable('candidates')
    .set({ queuedAtMs: clock.nowMs() })
    .where('id', '=', candidateId)
    .execute();
}

async function laneOf(
  { database, clock }: Pick<Parts, 'database' | 'clock'>,
  homeId: string,
  label: string,
): Promise<Lane> {
  if (CLASS_RANK[labelInfo(label).class] === CLASS_RANK.safety) return 'urgent';
  const recent = await database.queries
    .selectFrom('candidates')
    .select('id')
    .where('homeId', '=', homeId)
    .where('registeredAtMs', '>', clock.nowMs() - 60_000)
    .limit(FAIR_SHARE_PER_MINUTE + 1)
    .execute();
  return recent.length > FAIR_SHARE_PER_MINUTE ? 'bulk' : 'normal';
}

/** For stores to which devices upload directly: whether the announced bytes are there by now. */
export async function lookForClip(
  parts: Parts,
  clip: { key: string; bytes: number; homeId: string; candidateId: string },
): Promise<boolean> {
  if ((await parts.clips.size(clip.key)) !== clip.bytes) return false;
  return clipArrived(parts, clip.homeId, clip.candidateId);
}
