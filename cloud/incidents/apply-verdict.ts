import type { Verdict } from '@earshot/shared/contracts/home.ts';
import { enterDeletions, removeBytes } from '../deletion/deletion-ledger.ts';
import { settingsOf } from '../homes/homes.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { judged } from './incident.ts';
import { IncidentBook } from './incident-book.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'feed' | 'metrics'>;

export interface CandidateVerdict {
  homeId: string;
  candidateId: string;
  verdict: Exclude<Verdict, 'pending'>;
  /** Null when there was nothing to score. */
  score: number | null;
}

export interface AppliedVerdict extends CandidateVerdict {
  label: string;
  incidentId: string;
}

/**
 * Verdict, incident and notification rows in one transaction; a verdict that is there already stands (the queue delivers at least once).
 * Null when the candidate is gone: a member deleted it while it was being verified.
 */
export async function applyVerdict(parts: Parts, given: CandidateVerdict): Promise<AppliedVerdict | null> {
  const { database, clock, feed, metrics } = parts;
  const done = await changeHome(database, given.homeId, async (queries) => {
    const nowMs = clock.nowMs();
    const candidate = await queries
      .selectFrom('candidates')
      .selectAll()
      .where('id', '=', given.candidateId)
      .executeTakeFirst();
    if (!candidate) return null;
    const isFinal = candidate.verdict === 'confirmed' || candidate.verdict === 'rejected';
    if (isFinal || candidate.verdict === given.verdict) return { candidate, isNew: false, entries: [] };

    await queries
      .updateTable('candidates')
      .set({ verdict: given.verdict, verifierScore: given.score, verifiedAtMs: nowMs })
      .where('id', '=', candidate.id)
      .execute();
    const all = await queries
      .selectFrom('candidates')
      .select('verdict')
      .distinct()
      .where('incidentId', '=', candidate.incidentId)
      .execute();
    const book = new IncidentBook(queries, clock, candidate.homeId);
    const incident = await book.find(candidate.incidentId);
    if (incident) {
      const together = verdictOf(all.map(({ verdict }) => verdict));
      await book.keep(judged(incident, together, await book.surroundings(incident.id)));
    }
    const entries =
      given.verdict === 'rejected' ? await dropRejectedClip(queries, candidate.homeId, candidate.id, nowMs) : [];
    return { candidate, isNew: true, entries };
  });
  if (!done) return null;
  const { candidate, isNew, entries } = done;
  if (isNew) {
    metrics.verdicts.inc({ label: candidate.label, verdict: given.verdict });
    metrics.verdictLatency.observe((clock.nowMs() - candidate.registeredAtMs) / 1000);
    feed.wake();
    await removeBytes(parts, entries);
  }
  return { ...given, label: candidate.label, incidentId: candidate.incidentId };
}

/** One confirmed sound is enough; rejected means that every one was. */
export function verdictOf(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of ['confirmed', 'pending', 'unverified'] as const) if (verdicts.includes(verdict)) return verdict;
  return 'rejected';
}

/** DESIGN 8: what was no alarm is not kept, unless the home helps to improve. */
async function dropRejectedClip(
  queries: Parameters<typeof enterDeletions>[0],
  homeId: string,
  candidateId: string,
  nowMs: number,
): Promise<string[]> {
  const { helpImprove } = await settingsOf(queries, homeId);
  if (helpImprove) return [];
  const clip = await queries
    .selectFrom('clips')
    .selectAll()
    .where('candidateId', '=', candidateId)
    .where('state', '=', 'stored')
    .executeTakeFirst();
  if (!clip) return [];
  await queries
    .updateTable('clips')
    .set({ state: 'deleted', expiresAtMs: null })
    .where('candidateId', '=', candidateId)
    .execute();
  return enterDeletions(queries, [clip], 'rejected', nowMs);
}
