import type { Transaction } from 'kysely';
import type { Clock } from '@earshot/shared/clock.ts';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { alertReasonOf } from '@earshot/shared/alert-reason.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { isTesting } from '@earshot/shared/settings.ts';
import { v7 as uuid } from 'uuid';
import { clipKey } from '../clips/clip-store.ts';
import { settingsOf } from '../homes/homes.ts';
import { heardAt } from '../ignored-sounds/hearings.ts';
import type { Schema } from '../store/schema.ts';
import { continuesMarked } from './false-alert.ts';
import { advance, type IncidentRecord, isMarkedFalse, judged, open, setAside, soundContinued } from './incident.ts';
import { IncidentBook } from './incident-book.ts';
import { answerOf, readDeleted, readKnown, type Registered, type Report } from './known-candidates.ts';

/**
 * Long enough to upload a clip over a slow mobile connection. A device whose link has expired registers the candidate again and gets a new
 * link.
 */
export const UPLOAD_LINK_LIFE_MS = 5 * 60_000;

type Queries = Transaction<Schema>;

/** Stores a candidate. It joins the home's open incident of its sound, or opens a new incident. */
export async function keepCandidate(queries: Queries, clock: Clock, report: Report): Promise<Registered> {
  const { candidate } = report;
  // Another request may have registered the candidate while this request waited for its transaction.
  const known = answerOf((await readKnown(queries, [candidate.id])).get(candidate.id), report);
  if (known) return known;
  if ((await readDeleted(queries, [report])).has(candidate.id)) return { isNew: false, wantsClip: false };

  const nowMs = clock.nowMs();
  const { incident, isFresh } = await joinOrOpen(queries, clock, report, nowMs);
  await addCandidates(queries, [{ ...report, incidentId: incident.id }], nowMs);
  // Nothing more to do now for a candidate that is not late and waits for its clip: the sweeper handles its deadline.
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
 * Stores many simple candidates with a dozen statements in total. Simple candidates are new, have a clip, and are the first of their sound
 * in their home. For each other candidate, it stores nothing and returns null, and the caller must use `keepCandidate`.
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
    opened.flatMap((one) => one?.incident ?? []),
  );
  const fresh = opened.map((one) => {
    if (!one || active.has(soundOf(one.incident))) return null;
    // A second candidate of the same sound and home joins the incident of the first candidate.
    active.add(soundOf(one.incident));
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

/** Identifies a sound of a home, as a key for the set that `readActive` returns. */
export const soundOf = ({ homeId, label }: { homeId: string; label: string }): string => `${homeId}:${label}`;

/** The sounds that have an active incident in these homes, tests included. */
export async function readActive(
  queries: { selectFrom: Queries['selectFrom'] },
  sounds: readonly { homeId: string; label: string }[],
): Promise<Set<string>> {
  if (sounds.length === 0) return new Set();
  const rows = await queries
    .selectFrom('incidents')
    .select(['homeId', 'label'])
    .where('activeKey', 'is not', null)
    .where('subjectId', '=', '')
    .where('homeId', 'in', [...new Set(sounds.map(({ homeId }) => homeId))])
    .where('label', 'in', [...new Set(sounds.map(({ label }) => label))])
    .execute();
  return new Set(rows.map(soundOf));
}

async function joinOrOpen(
  queries: Queries,
  clock: Clock,
  report: Report,
  nowMs: number,
): Promise<{ incident: IncidentRecord; isFresh: boolean }> {
  const { device, candidate } = report;
  const book = new IncidentBook(queries, clock);
  const opened = openFor(report, await settingsOf(queries, device.homeId), nowMs);
  const { homeId, label, test, startedAtMs: fromMs, lastHeardAtMs: toMs } = opened;
  const sounding = await stillSounding(book, opened);
  const over = candidate.late ? await book.findAround(homeId, { label, test: test === 1, fromMs, toMs }) : [];
  const joined = await joinedBy(queries, report, [...sounding, ...over], nowMs);
  if (joined) return { incident: soundContinued(joined, fromMs, toMs), isFresh: false };
  const before = sounding.find(({ activeKey }) => activeKey === opened.activeKey);
  if (before) await book.keep({ incident: setAside(before), notices: [] });
  await book.add(opened);
  return { incident: opened, isFresh: true };
}

/**
 * Returns the active alerts of the sound. First closes alerts that are over but that the sweeper has not closed yet.
 */
async function stillSounding(book: IncidentBook, sound: IncidentRecord): Promise<IncidentRecord[]> {
  const active = await book.findSounding(sound);
  const over = (await book.changeAll(active, advance)).filter(({ incident }) => incident.activeKey === null);
  await book.keep(...over);
  return active.filter(({ id }) => !over.some(({ incident }) => incident.id === id));
}

/**
 * The alert that the candidate joins. If the candidate continues a sound that a member marked as false, it joins that alert and stays
 * silent. Otherwise it joins an unmarked alert, or none.
 */
async function joinedBy(
  queries: Queries,
  report: Report,
  alerts: readonly IncidentRecord[],
  nowMs: number,
): Promise<IncidentRecord | undefined> {
  for (const alert of alerts)
    if (isMarkedFalse(alert) && (await continuesMarked(queries, alert, report, nowMs))) return alert;
  return alerts.find((alert) => !isMarkedFalse(alert));
}

/** Makes a new incident for a candidate that joins none. */
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
      reason: alertReasonOf(candidate.why),
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
    // An embedding is kept no longer than its clip.
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
