import type { Transaction } from 'kysely';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import type { CloudParts } from '../../parts.ts';
import type { Lane } from '../../queue/work-queue.ts';
import { changeHomes } from '../../store/home-transaction.ts';
import type { Schema } from '../../store/schema.ts';
import { inSpan, type TraceCarrier, traceCarrier } from '../../tracing.ts';
import { VerifyJob } from '../verify-job.ts';

/** A home's sounds beyond this number per minute wait behind other homes. Safety sounds never wait. */
const FAIR_SHARE_PER_MINUTE = 20;
const DAY_MS = 86_400_000;

type Parts = Pick<CloudParts, 'database' | 'clips' | 'queue' | 'clock'>;

export interface ArrivedClip {
  homeId: string;
  candidateId: string;
  /** The trace to which the verification belongs, if that is not the current trace. */
  trace?: TraceCarrier | undefined;
}

/** A stored clip that was not put into the queue before. */
interface Unqueued extends ArrivedClip {
  label: string;
}

/**
 * Marks a clip as stored, then queues it for the verifier. Calling this again is harmless. If this process ends between the two steps, the
 * sweeper finds the stored clip and queues it. Returns false when the candidate was deleted meanwhile.
 */
export async function clipArrived(parts: Parts, homeId: string, candidateId: string): Promise<boolean> {
  const [there] = await clipsArrived(parts, [{ homeId, candidateId }]);
  return there ?? false;
}

/** Marks and queues the clips of several candidates together. */
export async function clipsArrived(parts: Parts, arrived: readonly ArrivedClip[]): Promise<boolean[]> {
  const homeIds = arrived.map(({ homeId }) => homeId);
  const ids = arrived.map(({ candidateId }) => candidateId);
  const nowMs = parts.clock.nowMs();
  const kept = await changeHomes(parts.database, homeIds, async (queries) => {
    const clips = await queries
      .selectFrom('clips')
      .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
      .innerJoin('settings', 'settings.homeId', 'clips.homeId')
      .select(['clips.candidateId', 'clips.homeId', 'clips.state', 'candidates.label', 'candidates.queuedAtMs'])
      .select('settings.body as settings')
      .where('clips.candidateId', 'in', ids)
      .where('clips.state', '!=', 'deleted')
      .execute();
    await markStored(
      queries,
      clips.filter(({ state }) => state !== 'stored'),
      nowMs,
    );
    return clips;
  });
  const traces = new Map(arrived.map(({ candidateId, trace }) => [candidateId, trace]));
  const unqueued = kept.filter(({ queuedAtMs }) => queuedAtMs === null);
  await queueForVerdict(
    parts,
    unqueued.map((clip) => ({ ...clip, trace: traces.get(clip.candidateId) })),
  );
  const there = new Set(kept.map(({ candidateId }) => candidateId));
  return ids.map((id) => there.has(id));
}

async function markStored(
  queries: Transaction<Schema>,
  clips: readonly { candidateId: string; settings: string }[],
  nowMs: number,
): Promise<void> {
  // Each home chooses how long its clips are kept. This runs one statement per chosen duration, and almost all homes choose the same.
  const daysOf = new Map(
    clips.map(({ candidateId, settings }) => [candidateId, HomeSettings.parse(JSON.parse(settings)).retentionDays]),
  );
  for (const days of new Set(daysOf.values())) {
    const ids = clips.map(({ candidateId }) => candidateId).filter((id) => daysOf.get(id) === days);
    await queries
      .updateTable('clips')
      .set({ state: 'stored', storedAtMs: nowMs, expiresAtMs: nowMs + days * DAY_MS })
      .where('candidateId', 'in', ids)
      .execute();
  }
}

export async function queueForVerdict(
  { database, queue, clock }: Pick<Parts, 'database' | 'queue' | 'clock'>,
  clips: readonly Unqueued[],
): Promise<void> {
  if (clips.length === 0) return;
  const others = clips.filter(({ label }) => !isSafety(label)).map(({ homeId }) => homeId);
  const crowded = await aboveFairShare({ database, clock }, others);
  const messages = await Promise.all(
    clips.map(({ homeId, candidateId, label, trace }) => {
      const lane: Lane = isSafety(label) ? 'urgent' : crowded.has(homeId) ? 'bulk' : 'normal';
      return inSpan(
        'queue',
        { 'earshot.home': homeId, 'earshot.candidate': candidateId, 'earshot.lane': lane },
        async () => ({ body: VerifyJob.write({ homeId, candidateId, ...traceCarrier() }), lane, group: homeId }),
        trace,
      );
    }),
  );
  await queue.send(messages);
  await database.queries
    .updateTable('candidates')
    .set({ queuedAtMs: clock.nowMs() })
    .where(
      'id',
      'in',
      clips.map(({ candidateId }) => candidateId),
    )
    .execute();
}

/** Returns those of the given homes that reported more than FAIR_SHARE_PER_MINUTE sounds in the last minute. */
async function aboveFairShare(
  { database, clock }: Pick<Parts, 'database' | 'clock'>,
  homeIds: readonly string[],
): Promise<Set<string>> {
  if (homeIds.length === 0) return new Set();
  const crowded = await database.queries
    .selectFrom('candidates')
    .select('homeId')
    .where('homeId', 'in', [...new Set(homeIds)])
    .where('registeredAtMs', '>', clock.nowMs() - 60_000)
    .groupBy('homeId')
    .having((e) => e.fn.countAll<number>(), '>', FAIR_SHARE_PER_MINUTE)
    .execute();
  return new Set(crowded.map(({ homeId }) => homeId));
}
