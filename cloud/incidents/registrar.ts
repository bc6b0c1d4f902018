import { v7 as uuid } from 'uuid';
import type { Transaction } from 'kysely';
import type { Candidate, CandidateAccepted, StillHeard } from '@earshot/shared/contracts/candidate.ts';
import type { z } from 'zod';
import { EarshotError } from '@earshot/shared/errors.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { lookForClip } from '../clips/clip-arrival.ts';
import { clipKey } from '../clips/clip-store.ts';
import type { Caller } from '../homes/tokens.ts';
import { settingsOf } from '../homes/homes.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { activeKeyOf, advance, heard, judged, open, type IncidentRecord } from './incident.ts';
import { IncidentBook } from './incident-book.ts';

/** Long enough for a clip over a poor mobile line; a device whose link died puts the candidate again and gets another. */
export const UPLOAD_LINK_LIFE_MS = 5 * 60_000;

type Parts = Pick<CloudParts, 'database' | 'clips' | 'queue' | 'clock' | 'feed' | 'metrics'>;
type Registered = { isNew: boolean; wantsClip: boolean };

export interface Acceptance {
  isNew: boolean;
  answer: z.input<typeof CandidateAccepted>;
}

/**
 * A device reports a suspected sound: it joins the home's incident of that sound or opens one. Putting it again is answered from what
 * is kept: with a link while the clip is wanted, without one afterwards, also when the incident has been deleted meanwhile.
 */
export async function registerCandidate(parts: Parts, device: Caller, candidate: Candidate): Promise<Acceptance> {
  const { database, clips, feed, metrics } = parts;
  // A device puts each candidate twice (again after the upload): the second time needs no turn of its home.
  const { isNew, wantsClip } =
    (await recall(database.queries, device, candidate)) ??
    (await changeHome(database, device.homeId, (queries) => keep(queries, parts, device, candidate)));
  if (isNew) {
    metrics.candidates.inc({ label: candidate.label });
    feed.wake();
  }
  const without = { isNew, answer: { id: candidate.id, upload: null } };
  if (!wantsClip || !candidate.clip) return without;

  const { sha256, bytes } = candidate.clip;
  const key = clipKey(device.homeId, candidate.id);
  // A device that uploads straight to the bucket puts the candidate again: the bytes may be there by now.
  if (!isNew && clips.kind !== 'file') {
    const clip = { key, bytes, homeId: device.homeId, candidateId: candidate.id };
    if (await lookForClip(parts, clip)) return without;
  }
  const link = await clips.uploadLink({ key, sha256, bytes }, UPLOAD_LINK_LIFE_MS);
  if (!isNew) {
    const { numUpdatedRows } = await database.queries
      .updateTable('clips')
      .set({ uploadUntilMs: link.expiresAtMs })
      .where('candidateId', '=', candidate.id)
      .executeTakeFirst();
    // Deleted between the two: no link may leave that nobody looks after.
    if (numUpdatedRows === 0n) return without;
  }
  const { method, url, headers, expiresAtMs } = link;
  return {
    isNew,
    answer: { id: candidate.id, upload: { method, url, headers, expiresAt: new Date(expiresAtMs).toISOString() } },
  };
}

/** What it was answered before; null when it is new. */
async function recall(queries: Queries, device: Caller, candidate: Candidate): Promise<Registered | null> {
  const known = await queries
    .selectFrom('candidates')
    .leftJoin('clips', 'clips.candidateId', 'candidates.id')
    .select(['candidates.homeId', 'candidates.deviceId', 'candidates.body', 'clips.state'])
    .where('candidates.id', '=', candidate.id)
    .executeTakeFirst();
  if (!known) return null;
  if (known.homeId !== device.homeId || known.deviceId !== device.id) throw new EarshotError('NOT_FOUND', 'candidate');
  const before = JSON.parse(known.body) as Candidate;
  if (before.label !== candidate.label || before.clip?.sha256 !== candidate.clip?.sha256)
    throw new EarshotError('CONFLICT', `Candidate ${candidate.id} is known with another label or clip.`);
  return { isNew: false, wantsClip: known.state === 'awaited' || known.state === 'missing' };
}

async function keep(
  queries: Transaction<Schema>,
  parts: Parts,
  device: Caller,
  candidate: Candidate,
): Promise<Registered> {
  // It may have come by another way while this one waited for its turn.
  const known = await recall(queries, device, candidate);
  if (known) return known;
  if (await wasDeleted(queries, device.homeId, candidate.id)) return { isNew: false, wantsClip: false };

  const nowMs = parts.clock.nowMs();
  const { incident, isFresh } = await joinOrOpen(queries, parts, device, candidate, nowMs);
  await queries
    .insertInto('candidates')
    .values({
      id: candidate.id,
      homeId: device.homeId,
      deviceId: device.id,
      incidentId: incident.id,
      label: candidate.label,
      body: JSON.stringify(candidate),
      registeredAtMs: nowMs,
      verdict: candidate.clip ? 'pending' : 'unverified',
      verifierScore: null,
      verifiedAtMs: null,
      queuedAtMs: null,
    })
    .execute();
  if (candidate.clip) {
    const { sha256, bytes } = candidate.clip;
    const key = clipKey(device.homeId, candidate.id);
    await queries
      .insertInto('clips')
      .values({
        candidateId: candidate.id,
        homeId: device.homeId,
        key,
        sha256,
        bytes,
        state: 'awaited',
        uploadUntilMs: nowMs + UPLOAD_LINK_LIFE_MS,
        storedAtMs: null,
        expiresAtMs: null,
      })
      .execute();
  }
  // A fresh one that waits for its clip has nothing to do yet: the sweeper sees its deadline.
  if (isFresh && candidate.clip) return { isNew: true, wantsClip: true };
  const book = new IncidentBook(queries, parts.clock, device.homeId);
  const around = await book.surroundings(incident.id);
  // Without a clip there is nothing to wait for: a safety sound is told at once.
  await book.keep(
    candidate.clip || incident.verdict !== 'pending'
      ? advance(incident, around)
      : judged(incident, 'unverified', around),
  );
  return { isNew: true, wantsClip: candidate.clip !== null };
}

/** A member deleted it while the device still had it in its outbox: the device is told that all is well, and nothing is kept. */
async function wasDeleted(queries: Transaction<Schema>, homeId: string, candidateId: string): Promise<boolean> {
  const row = await queries
    .selectFrom('deletions')
    .select('id')
    .where('homeId', '=', homeId)
    .where('key', '=', clipKey(homeId, candidateId))
    .where('reason', '=', 'member')
    .executeTakeFirst();
  return row !== undefined;
}

async function joinOrOpen(
  queries: Transaction<Schema>,
  parts: Parts,
  device: Caller,
  candidate: Candidate,
  nowMs: number,
): Promise<{ incident: IncidentRecord; isFresh: boolean }> {
  const book = new IncidentBook(queries, parts.clock, device.homeId);
  const startedAtMs = Math.min(Date.parse(candidate.startedAt), nowMs);
  // A device's clock may be wrong; only what is late by its own account is dated by it.
  const heardAtMs = candidate.late ? Math.min(Date.parse(candidate.detectedAt), nowMs) : nowMs;
  const { testingUntil } = await settingsOf(queries, device.homeId);
  const testing = testingUntil !== null && nowMs <= Date.parse(testingUntil) && !candidate.late;
  const test = candidate.test || testing;
  const active = await book.findActive(activeKeyOf(device.homeId, candidate.label, '', test));
  if (active) {
    const due = advance(active, await book.surroundings(active.id));
    if (due.incident.activeKey !== null) return { incident: heard(active, startedAtMs, heardAtMs), isFresh: false };
    await book.keep(due); // it had ended, the sweeper was not there yet
  }
  if (candidate.late) {
    const over = await book.findAround(candidate.label, test, startedAtMs, heardAtMs);
    if (over) return { incident: heard(over, startedAtMs, heardAtMs), isFresh: false };
  }
  const incident = open(
    {
      id: uuid(),
      homeId: device.homeId,
      label: candidate.label,
      class: labelInfo(candidate.label).class,
      subjectId: '',
      test,
      late: candidate.late,
      startedAtMs,
      heardAtMs,
      why: candidate.why.text,
    },
    nowMs,
  );
  await book.add(incident);
  return { incident, isFresh: true };
}

/** The device still hears it (or says that it ended): the incident lasts on. */
export async function stillHeard(
  { database, clock, feed }: Parts,
  device: Caller,
  candidateId: string,
  body: StillHeard,
): Promise<void> {
  await changeHome(database, device.homeId, async (queries) => {
    const candidate = await queries
      .selectFrom('candidates')
      .select('incidentId')
      .where('id', '=', candidateId)
      .where('deviceId', '=', device.id)
      .executeTakeFirst();
    const book = new IncidentBook(queries, clock, device.homeId);
    const incident = candidate && (await book.find(candidate.incidentId));
    if (!incident) throw new EarshotError('NOT_FOUND', 'candidate');
    const nowMs = clock.nowMs();
    const heardAtMs = body.ended ? Math.min(Date.parse(body.heardAt), nowMs) : nowMs;
    await book.keep(advance(heard(incident, incident.startedAtMs, heardAtMs), await book.surroundings(incident.id)));
  });
  feed.wake();
}
