import type { Transaction } from 'kysely';
import type { Clock } from '@earshot/shared/clock.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { isTesting } from '@earshot/shared/settings.ts';
import { v7 as uuid } from 'uuid';
import { clipKey } from '../clips/clip-store.ts';
import { settingsOf } from '../homes/homes.ts';
import { heardAt } from '../ignored-sounds/hearings.ts';
import type { Schema } from '../store/schema.ts';
import { advance, closedForNew, type IncidentRecord, judged, open, soundContinued } from './incident.ts';
import { IncidentBook } from './incident-book.ts';
import { answerOf, readDeleted, readKnown, type Registered, type Report } from './known-candidates.ts';

/**
 * Long enough for a clip over a slow mobile connection. A device whose link expired registers the candidate again and gets another link.
 */
export const UPLOAD_LINK_LIFE_MS = 5 * 60_000;

type Queries = Transaction<Schema>;

/** Stores a candidate, which joins the home's open incident of its sound or opens a new one. */
export async function keepCandidate(queries: Queries, clock: Clock, report: Report): Promise<Registered> {
  const { candidate } = report;
  // Another request may have registered the candidate while this one waited for its transaction.
  const known = answerOf((await readKnown(queries, [candidate.id])).get(candidate.id), report);
  if (known) return known;
  if ((await readDeleted(queries, [report])).has(candidate.id)) return { isNew: false, wantsClip: false };

  const nowMs = clock.nowMs();
  const { incident, isFresh } = await joinOrOpen(queries, clock, report, nowMs);
  await addCandidates(queries, [{ ...report, incidentId: incident.id }], nowMs);
  // A candidate that is not late and waits for its clip needs nothing more now: the sweeper handles its deadline.
  if (isFresh && candidate.clip) return { isNew: true, wantsClip: true };
  const book = new IncidentBook(queries, clock);
  const around = await book.surroundings(incident);
  // Without a clip there is nothing to wait for, so a safety sound is reported at once.
  await book.keep(
    candidate.clip || incident.verdict !== 'pending'
      ? advance(incident, around)
      : judged(incident, 'unverified', around),
  );
  return { isNew: true, wantsClip: candidate.clip !== null };
}

/**
 * Stores many simple candidates with a dozen statements for all. Simple means new, with a clip, and the first of its
 * sound in its home. For each other candidate it stores nothing and returns null; the caller must use `keepCandidate`
 * for it.
 */
export async function keepFreshCandidates(
  queries: Queries,
  clock: Clock,
  reports: readonly Report[],
): Promise<(Registered | null)[]> {
  const nowMs = clock.nowMs();
  const ids = reports.map(({ candidate }) => candidate.id);
  const known = await readKnown(queries, ids);
  const deleted = await readDeleted(queries, reports);
  const settings = await queries
    .selectFrom('settings')
    .selectAll()
    .where(
      'homeId',
      'in',
      reports.map(({ device }) => device.homeId),
    )
    .execute();
  const settingsByHome = new Map(settings.map(({ homeId, body }) => [homeId, HomeSettings.parse(JSON.parse(body))]));
  const opened = reports.map((report) => {
    const { candidate, device } = report;
    const home = settingsByHome.get(device.homeId);
    if (!home || candidate.late || !candidate.clip || known.has(candidate.id) || deleted.has(candidate.id)) return null;
    return { ...report, incident: openFor(report, home, nowMs) };
  });
  const active = await readActive(
    queries,
    opened.flatMap((one) => one?.incident.activeKey ?? []),
  );
  const fresh = opened.map((one) => {
    const key = one?.incident.activeKey ?? '';
    if (!one || active.has(key)) return null;
    // A second candidate of the same sound and home joins the first one's incident.
    active.add(key);
    return one;
  });
  const all = fresh.flatMap((one) => one ?? []);
  if (all.length > 0) {
    await new IncidentBook(queries, clock).add(...all.map(({ incident }) => incident));
    await addCandidates(
      queries,
      all.map((one) => ({ ...one, incidentId: one.incident.id })),
      nowMs,
    );
  }
  return fresh.map((one) => one && { isNew: true, wantsClip: true });
}

/** Which of these sounds have an open incident. */
export async function readActive(
  queries: { selectFrom: Queries['selectFrom'] },
  activeKeys: readonly string[],
): Promise<Set<string>> {
  if (activeKeys.length === 0) return new Set();
  const rows = await queries.selectFrom('incidents').select('activeKey').where('activeKey', 'in', activeKeys).execute();
  return new Set(rows.flatMap(({ activeKey }) => activeKey ?? []));
}

async function joinOrOpen(
  queries: Queries,
  clock: Clock,
  report: Report,
  nowMs: number,
): Promise<{ incident: IncidentRecord; isFresh: boolean }> {
  const { device, candidate } = report;
  const { homeId } = device;
  const book = new IncidentBook(queries, clock);
  const incident = openFor(report, await settingsOf(queries, homeId), nowMs);
  const { startedAtMs, lastHeardAtMs: heardAtMs } = incident;
  const active = await book.findActive(incident.activeKey ?? '');
  if (active) {
    const due = advance(active, await book.surroundings(active));
    const isOver = due.incident.activeKey === null;
    if (!isOver && !(await ringsAgain(queries, active, report, nowMs)))
      return { incident: soundContinued(active, startedAtMs, heardAtMs), isFresh: false };
    // It was over, but the sweeper had not closed it yet; or a new alert takes its place.
    await book.keep(isOver ? due : { ...due, incident: closedForNew(due.incident, nowMs) });
  }
  if (candidate.late) {
    const around = { label: candidate.label, test: incident.test === 1, fromMs: startedAtMs, toMs: heardAtMs };
    for (const over of await book.findAround(homeId, around))
      if (!(await ringsAgain(queries, over, report, nowMs)))
        return { incident: soundContinued(over, startedAtMs, heardAtMs), isFresh: false };
  }
  await book.add(incident);
  return { incident, isFresh: true };
}

/**
 * Whether the candidate is more than what a member marked as a false alert: a smoke or CO alarm that another device detects, or that began
 * after the mark. It must ring, so it opens an alert of its own. What continues since before the mark stays silent.
 */
async function ringsAgain(
  queries: Queries,
  { class: kind, test, feedback, homeId, label }: IncidentRecord,
  { device, candidate }: Report,
  nowMs: number,
): Promise<boolean> {
  if (kind !== 'safety' || test === 1 || feedback !== 'wrong') return false;
  const [began, detected] = [Date.parse(candidate.startedAt), Date.parse(candidate.detectedAt)];
  // A device's clock may be wrong: how long the sound had lasted when it was detected is right all the same.
  const beganMs = candidate.late ? Math.min(began, nowMs) : nowMs - Math.max(0, detected - began);
  // Two devices may report the same false alarm in turn, so every marked alert with a sound of this device counts.
  const known = await queries
    .selectFrom('incidents')
    .innerJoin('candidates', 'candidates.incidentId', 'incidents.id')
    .select('incidents.id')
    .where('incidents.homeId', '=', homeId)
    .where('incidents.label', '=', label)
    .where('incidents.test', '=', 0)
    .where('incidents.feedback', '=', 'wrong')
    .where('incidents.feedbackAtMs', '>=', beganMs)
    .where('incidents.lastHeardAtMs', '>=', beganMs)
    .where('candidates.deviceId', '=', device.id)
    .limit(1)
    .executeTakeFirst();
  return known === undefined;
}

/** The new incident for a candidate that joins none. */
function openFor({ device, candidate }: Report, settings: HomeSettings, nowMs: number): IncidentRecord {
  const testing = isTesting(settings, nowMs) && !candidate.late;
  return open(
    {
      id: uuid(),
      homeId: device.homeId,
      label: candidate.label,
      class: labelInfo(candidate.label).class,
      subjectId: '',
      test: candidate.test || testing,
      late: candidate.late,
      startedAtMs: Math.min(Date.parse(candidate.startedAt), nowMs),
      heardAtMs: heardAt(candidate, nowMs),
      why: candidate.why.text,
    },
    nowMs,
  );
}

async function addCandidates(
  queries: Queries,
  reports: readonly (Report & { incidentId: string })[],
  nowMs: number,
): Promise<void> {
  const candidates = reports.map(({ device, candidate: { embedding, ...candidate }, incidentId }) => ({
    id: candidate.id,
    homeId: device.homeId,
    deviceId: device.id,
    incidentId,
    label: candidate.label,
    body: JSON.stringify(candidate),
    registeredAtMs: nowMs,
    verdict: candidate.clip ? ('pending' as const) : ('unverified' as const),
    verifierScore: null,
    verifiedAtMs: null,
    queuedAtMs: null,
    // What is computed from a sound is kept no longer than its clip.
    deviceEmbedding: embedding && candidate.clip ? JSON.stringify(embedding) : null,
  }));
  await queries.insertInto('candidates').values(candidates).execute();
  const clips = reports.flatMap(({ device: { homeId }, candidate: { id, clip } }) =>
    clip
      ? {
          candidateId: id,
          homeId,
          key: clipKey(homeId, id),
          sha256: clip.sha256,
          bytes: clip.bytes,
          state: 'awaited' as const,
          uploadUntilMs: nowMs + UPLOAD_LINK_LIFE_MS,
          storedAtMs: null,
          expiresAtMs: null,
        }
      : [],
  );
  if (clips.length > 0) await queries.insertInto('clips').values(clips).execute();
}
