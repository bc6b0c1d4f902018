import type { Clock } from '@earshot/shared/clock.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { MOST_IGNORED_SOUNDS } from '@earshot/shared/contracts/ignored-sounds.ts';
import { v7 as uuid } from 'uuid';
import type { Queries } from '../store/database.ts';
import { decodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { noteDeviceFile } from './device-file.ts';
import { keepHearing, type Hearing } from './hearings.ts';
import { mostAlike, sameSoundAbove, showsStandardRhythm, type StatedLikeness } from './likeness.ts';

/**
 * At most this many sounds of one alert are ignored. An alert can contain many, e.g. an hour of hail, and must not fill
 * the home's list.
 */
const MOST_AN_ALERT = 3;
/** Only this many of an alert's sounds are examined, those with the highest scores first. */
const MOST_LOOKED_AT = 60;

interface WrongAlert {
  id: string;
  homeId: string;
}

/**
 * A member marked this alert wrong: similar sounds are ignored from now on. Sounds with an alarm's standard rhythm
 * never are. If the sound was ignored before this mark, the mark counts towards silencing it on its device
 * (device-file.ts).
 */
export async function ignoreAlert(
  queries: Queries,
  clock: Clock,
  alert: WrongAlert,
  memberId: string,
  likeness: StatedLikeness,
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
  const hearings: Hearing[] = [];
  for (const { id, deviceId, label, body, embedding, embeddedBy, deviceEmbedding } of heard) {
    if (embedding === null || embeddedBy === null) continue;
    const candidate = Candidate.parse(JSON.parse(body));
    if (showsStandardRhythm(candidate)) continue;
    const comparable = [...known, ...fresh]
      .filter((one) => one.deviceId === deviceId && one.label === label && one.embeddedBy === embeddedBy)
      .map((one) => ({ id: one.id, values: decodeEmbedding(one.embedding) }));
    const same = mostAlike(comparable, decodeEmbedding(embedding), sameSoundAbove(label, likeness));
    if (!same && fresh.length === MOST_AN_ALERT) continue;
    const soundId = same?.id ?? uuid();
    const heardAtMs = clock.nowMs();
    hearings.push({ soundId, candidateId: id, incidentId: alert.id, kind: 'marked', deviceEmbedding, heardAtMs });
    if (same) continue;
    fresh.push({
      id: soundId,
      homeId: alert.homeId,
      deviceId,
      label,
      incidentId: alert.id,
      candidateId: id,
      description: candidate.why.text,
      embedding,
      embeddedBy,
      createdBy: memberId,
      createdAtMs: clock.nowMs(),
    });
  }
  if (fresh.length > 0) await queries.insertInto('ignoredSounds').values(fresh).execute();
  for (const hearing of hearings) await keepHearing(queries, hearing);
  await dropOldest(queries, alert.homeId);
  await noteHome(queries, alert.homeId);
}

/** Called when a member removes the mark "wrong" from an alert. */
export async function stopIgnoringAlert(queries: Queries, { id, homeId }: WrongAlert): Promise<void> {
  await queries.deleteFrom('ignoredSounds').where('incidentId', '=', id).where('homeId', '=', homeId).execute();
  await queries
    .deleteFrom('ignoredHearings')
    .where('incidentId', '=', id)
    .where('kind', '=', 'marked')
    .where('soundId', 'in', (sounds) => sounds.selectFrom('ignoredSounds').select('id').where('homeId', '=', homeId))
    .execute();
  await noteHome(queries, homeId);
}

/**
 * Updates the files of all devices of the home: a sound that was dropped, because the list was full, may belong to
 * another device.
 */
async function noteHome(queries: Queries, homeId: string): Promise<void> {
  const devices = await queries.selectFrom('devices').select('id').where('homeId', '=', homeId).execute();
  for (const { id } of devices) await noteDeviceFile(queries, id);
}

/** Removes the oldest sounds above the limit. They alert again. */
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
