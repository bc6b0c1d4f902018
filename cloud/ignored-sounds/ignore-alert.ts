import type { Clock } from '@earshot/shared/clock.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { MOST_IGNORED_SOUNDS } from '@earshot/shared/contracts/ignored-sounds.ts';
import type { Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Queries } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { noteDeviceFile } from './device-file.ts';
import { heardAt, keepHearing, type Hearing } from './hearings.ts';
import { mostAlike, neededLikeness, showsStandardRhythm, type ComparingVerifier } from './likeness.ts';
import { decodeSound } from './sound-embedding.ts';

/**
 * At most this many sounds of one alert are ignored. An alert can contain many sounds, e.g. an hour of hail, and must not fill the home's
 * list.
 */
const MOST_AN_ALERT = 3;
/** Only this many of an alert's sounds are examined, highest scores first. */
const MOST_LOOKED_AT = 60;

interface WrongAlert {
  id: string;
  homeId: string;
}

/**
 * Called when a member marks this alert as wrong: similar sounds are ignored from now on. Sounds with the standard rhythm of an alarm are
 * never ignored. If the sound was already ignored, the mark counts towards ignoring it on its device (device-file.ts).
 */
export async function ignoreAlert(
  queries: Queries,
  clock: Clock,
  alert: WrongAlert,
  memberId: string,
  verifier: ComparingVerifier,
): Promise<void> {
  const heard = await queries
    .selectFrom('candidates')
    .innerJoin('devices', 'devices.id', 'candidates.deviceId')
    .selectAll('candidates')
    .where('candidates.incidentId', '=', alert.id)
    .where('candidates.homeId', '=', alert.homeId)
    .where('candidates.embedding', 'is not', null)
    .orderBy('candidates.verifierScore', 'desc')
    .orderBy('candidates.id')
    .limit(MOST_LOOKED_AT)
    .execute();
  const known = await queries.selectFrom('ignoredSounds').selectAll().where('homeId', '=', alert.homeId).execute();
  const fresh: typeof known = [];
  const marks: Selectable<Schema['ignoredMarks']>[] = [];
  const hearings: Hearing[] = [];
  const createdAtMs = clock.nowMs();
  for (const one of heard) {
    const { id, deviceId, label, body, embedding, embeddedBy, deviceEmbedding, registeredAtMs } = one;
    if (embedding === null || embeddedBy === null) continue;
    const candidate = Candidate.parse(JSON.parse(body));
    if (showsStandardRhythm(candidate)) continue;
    const comparable = [...known, ...fresh]
      .filter((sound) => sound.deviceId === deviceId && sound.label === label && sound.embeddedBy === embeddedBy)
      .map((sound) => ({ id: sound.id, ...decodeSound(sound.embedding) }));
    const same = mostAlike(comparable, decodeSound(embedding), neededLikeness(label, verifier));
    if (!same && fresh.length === MOST_AN_ALERT) continue;
    const soundId = same?.id ?? uuid();
    const heardAtMs = heardAt(candidate, registeredAtMs);
    hearings.push({ soundId, candidateId: id, incidentId: alert.id, kind: 'marked', deviceEmbedding, heardAtMs });
    const described = { candidateId: id, description: candidate.why.text, embedding, embeddedBy };
    const mark = { ...described, incidentId: alert.id, createdBy: memberId, createdAtMs };
    marks.push({ soundId, ...mark });
    if (!same) fresh.push({ id: soundId, homeId: alert.homeId, deviceId, label, ...mark });
  }
  if (fresh.length > 0) await queries.insertInto('ignoredSounds').values(fresh).execute();
  for (const mark of marks)
    await queries
      .insertInto('ignoredMarks')
      .values(mark)
      .onConflict((conflict) => conflict.columns(['soundId', 'incidentId']).doNothing())
      .execute();
  for (const hearing of hearings) await keepHearing(queries, hearing);
  await dropOldest(queries, alert.homeId);
  await noteHome(queries, alert.homeId);
}

/**
 * Called when a member removes the mark "wrong" from an alert. A sound with marks of other alerts stays ignored, and is then described by
 * one of those alerts.
 */
export async function stopIgnoringAlert(queries: Queries, { id, homeId }: WrongAlert): Promise<void> {
  const sounds = await queries
    .selectFrom('ignoredSounds')
    .innerJoin('ignoredMarks', 'ignoredMarks.soundId', 'ignoredSounds.id')
    .select(['ignoredSounds.id', 'ignoredSounds.embeddedBy'])
    .where('ignoredSounds.homeId', '=', homeId)
    .where('ignoredMarks.incidentId', '=', id)
    .execute();
  for (const sound of sounds) {
    await queries.deleteFrom('ignoredMarks').where('soundId', '=', sound.id).where('incidentId', '=', id).execute();
    await queries
      .deleteFrom('ignoredHearings')
      .where('soundId', '=', sound.id)
      .where('incidentId', '=', id)
      .where('kind', '=', 'marked')
      .execute();
    await describeAgain(queries, sound);
  }
  await noteHome(queries, homeId);
}

/** The oldest remaining mark describes the sound. A sound without marks is no longer ignored. */
async function describeAgain(queries: Queries, sound: { id: string; embeddedBy: string }): Promise<void> {
  const first = await queries
    .selectFrom('ignoredMarks')
    .selectAll()
    .where('soundId', '=', sound.id)
    .orderBy('createdAtMs')
    .orderBy('candidateId')
    .limit(1)
    .executeTakeFirst();
  if (!first) {
    await queries.deleteFrom('ignoredSounds').where('id', '=', sound.id).execute();
    return;
  }
  const { soundId, embedding, embeddedBy, ...described } = first;
  // An embedding by an earlier verifier cannot be compared. If the mark has only such an embedding, the sound keeps its current one.
  const compared = embeddedBy === sound.embeddedBy ? { embedding } : {};
  await queries
    .updateTable('ignoredSounds')
    .set({ ...described, ...compared })
    .where('id', '=', soundId)
    .execute();
}

/**
 * Updates the files of all devices of the home: when the list was full, a sound of another device may have been dropped.
 */
async function noteHome(queries: Queries, homeId: string): Promise<void> {
  const devices = await queries.selectFrom('devices').select('id').where('homeId', '=', homeId).execute();
  for (const { id } of devices) await noteDeviceFile(queries, id);
}

/** Removes the oldest sounds above the limit. These sounds alert again. */
async function dropOldest(queries: Queries, homeId: string): Promise<void> {
  const newestFirst = await queries
    .selectFrom('ignoredSounds')
    .select('id')
    .where('homeId', '=', homeId)
    .orderBy('createdAtMs', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const dropped = newestFirst.slice(MOST_IGNORED_SOUNDS).map(({ id }) => id);
  if (dropped.length > 0) await queries.deleteFrom('ignoredSounds').where('id', 'in', dropped).execute();
}
