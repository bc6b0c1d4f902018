import type { Selectable, Transaction } from 'kysely';
import type { Clock } from '@earshot/shared/clock.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { Verdict } from '@earshot/shared/contracts/home.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { deleteClips, removeBytes } from '../deletion/deletion-ledger.ts';
import { noteDeviceFile } from '../ignored-sounds/device-file.ts';
import { heardAt, keepHearing } from '../ignored-sounds/hearings.ts';
import { encodeSound, type MadeSoundEmbedding } from '../ignored-sounds/sound-embedding.ts';
import type { CloudParts } from '../parts.ts';
import { changeHomes } from '../store/home-transaction.ts';
import { grouped } from '../store/lookup.ts';
import type { Schema } from '../store/schema.ts';
import { judged } from './incident.ts';
import { IncidentBook } from './incident-book.ts';

type Queries = Transaction<Schema>;
type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'feed' | 'metrics'>;

export interface CandidateVerdict {
  homeId: string;
  candidateId: string;
  verdict: Exclude<Verdict, 'pending'>;
  /** The verifier's score, or null when the clip was not scored. */
  score: number | null;
  embedding?: MadeSoundEmbedding | null;
  /** Set when the candidate is rejected because it resembles an ignored sound: the id of that sound. */
  ignoredSoundId?: string | null;
}

export interface AppliedVerdict extends Pick<CandidateVerdict, 'homeId' | 'candidateId' | 'verdict' | 'score'> {
  label: string;
  incidentId: string;
  /** Whether the candidate was rejected because the home marked a similar sound as a false alert. */
  ignored: boolean;
}

/**
 * Writes verdict, incident and notification rows in one transaction. A candidate that already has a verdict keeps it, because the queue may
 * deliver a job twice. Returns null when a member deleted the candidate during the verification.
 */
export async function applyVerdict(parts: Parts, given: CandidateVerdict): Promise<AppliedVerdict | null> {
  const [applied] = await applyVerdicts(parts, [given]);
  return applied ?? null;
}

/**
 * Applies the verdicts of several candidates together. A whole batch of clips needs as many database statements as one clip. Afterwards
 * deletes the bytes of rejected clips.
 */
export async function applyVerdicts(
  parts: Parts,
  all: readonly CandidateVerdict[],
): Promise<(AppliedVerdict | null)[]> {
  const { database, clock, feed, metrics } = parts;
  const homeIds = all.map(({ homeId }) => homeId);
  const { candidates, fresh, entries } = await changeHomes(database, homeIds, (queries) => write(queries, clock, all));
  for (const { label, registeredAtMs, verdict } of fresh) {
    metrics.verdicts.inc({ label, verdict });
    metrics.verdictLatency.observe((clock.nowMs() - registeredAtMs) / 1000);
  }
  if (fresh.length > 0) feed.wake();
  await removeBytes(parts, entries);
  // Return the stored verdicts. For a candidate that already had a verdict, it can differ from the given one.
  return all.map(({ homeId, candidateId }) => {
    const candidate = candidates.get(candidateId);
    if (!candidate || candidate.verdict === 'pending') return null;
    const { label, incidentId, verdict, verifierScore: score, ignoredSoundId } = candidate;
    return { homeId, candidateId, label, incidentId, verdict, score, ignored: ignoredSoundId !== null };
  });
}

/** Writes the verdicts. Returns all candidates in their new state, and the candidates that changed. */
async function write(queries: Queries, clock: Clock, given: readonly CandidateVerdict[]) {
  const nowMs = clock.nowMs();
  const rows = await queries
    .selectFrom('candidates')
    .selectAll()
    .where(
      'id',
      'in',
      given.map(({ candidateId }) => candidateId),
    )
    .execute();
  const candidates = new Map(rows.map((row) => [row.id, row]));
  const changed = new Set<string>();
  // Apply the verdicts one after the other, so that the result is the same as if each verdict had arrived alone.
  for (const { candidateId, verdict, score, embedding, ignoredSoundId } of given) {
    const row = candidates.get(candidateId);
    const isFinal = row?.verdict === 'confirmed' || row?.verdict === 'rejected';
    if (!row || isFinal || row.verdict === verdict) continue;
    candidates.set(candidateId, {
      ...row,
      verdict,
      verifierScore: score,
      verifiedAtMs: nowMs,
      embedding: embedding ? encodeSound(embedding) : null,
      embeddedBy: embedding?.by ?? null,
      ignoredSoundId: ignoredSoundId ?? null,
    });
    changed.add(candidateId);
  }
  const fresh = [...candidates.values()].filter(({ id }) => changed.has(id));
  if (fresh.length === 0) return { candidates, fresh, entries: [] };

  await queries
    .insertInto('candidates')
    .values(fresh)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((e) => ({
        verdict: e.ref('excluded.verdict'),
        verifierScore: e.ref('excluded.verifierScore'),
        verifiedAtMs: e.ref('excluded.verifiedAtMs'),
        embedding: e.ref('excluded.embedding'),
        embeddedBy: e.ref('excluded.embeddedBy'),
        ignoredSoundId: e.ref('excluded.ignoredSoundId'),
      })),
    )
    .execute();
  await keepIgnored(queries, fresh);
  await judgeIncidents(queries, clock, [...new Set(fresh.map(({ incidentId }) => incidentId))]);
  const rejected = fresh.filter(({ verdict }) => verdict === 'rejected');
  return { candidates, fresh, entries: await dropRejectedClips(queries, rejected, nowMs) };
}

/**
 * Stores the device embeddings of candidates that matched an ignored sound. The candidates lose their embeddings when their clips are
 * deleted.
 */
async function keepIgnored(queries: Queries, candidates: readonly Selectable<Schema['candidates']>[]): Promise<void> {
  const soundIds = candidates.flatMap(({ ignoredSoundId }) => ignoredSoundId ?? []);
  if (soundIds.length === 0) return;
  const rows = await queries.selectFrom('ignoredSounds').select('id').where('id', 'in', soundIds).execute();
  const known = new Set(rows.map(({ id }) => id));
  for (const {
    id,
    deviceId,
    incidentId,
    ignoredSoundId: soundId,
    deviceEmbedding,
    body,
    registeredAtMs,
  } of candidates) {
    // Skip sounds that a member has removed from the list meanwhile.
    if (soundId === null || !known.has(soundId)) continue;
    const heardAtMs = heardAt(Candidate.parse(JSON.parse(body)), registeredAtMs);
    const heard = { soundId, candidateId: id, incidentId, deviceEmbedding, heardAtMs };
    if (await keepHearing(queries, { ...heard, kind: 'ignored' })) await noteDeviceFile(queries, deviceId);
  }
}

async function judgeIncidents(queries: Queries, clock: Clock, ids: readonly string[]): Promise<void> {
  const heard = await queries
    .selectFrom('candidates')
    .select(['incidentId', 'verdict'])
    .distinct()
    .where('incidentId', 'in', ids)
    .execute();
  const verdicts = grouped(ids, heard, ({ incidentId }) => incidentId);
  const book = new IncidentBook(queries, clock);
  const changes = await book.changeAll(await book.findAll(ids), (incident, around) => {
    const together = verdictOf((verdicts.get(incident.id) ?? []).map(({ verdict }) => verdict));
    return judged(incident, together, around);
  });
  await book.keep(...changes);
}

/**
 * The verdict of an incident: confirmed when one of its sounds is confirmed, rejected only when all of them are
 * rejected.
 */
function verdictOf(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of ['confirmed', 'pending', 'unverified'] as const) if (verdicts.includes(verdict)) return verdict;
  return 'rejected';
}

/** Deletes the clips of false alerts, except in homes that allow Earshot to use them for improving the models. */
async function dropRejectedClips(
  queries: Queries,
  rejected: readonly { id: string; homeId: string }[],
  nowMs: number,
): Promise<string[]> {
  if (rejected.length === 0) return [];
  const ids = rejected.map(({ id }) => id);
  const rows = await queries
    .selectFrom('clips')
    .innerJoin('settings', 'settings.homeId', 'clips.homeId')
    .selectAll('clips')
    .select('settings.body as settings')
    .where('clips.candidateId', 'in', ids)
    .where('clips.state', '=', 'stored')
    .execute();
  const clips = rows.filter(({ settings }) => !HomeSettings.parse(JSON.parse(settings)).helpImprove);
  return deleteClips(queries, clips, 'rejected', nowMs);
}
