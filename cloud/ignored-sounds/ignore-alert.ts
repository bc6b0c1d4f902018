import type { Clock } from '@earshot/shared/clock.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { v7 as uuid } from 'uuid';
import type { Queries } from '../store/database.ts';
import { decodeEmbedding } from './embedding.ts';
import { mostAlike, sameSoundAbove, showsStandardRhythm, type StatedLikeness } from './likeness.ts';

/** Members see the whole list, so it must stay short. The oldest entry is dropped, and its sound alerts again. */
const MOST_A_HOME = 20;
/** At most this many sounds are taken from one alert: an hour of hail must not fill the home's list. */
const MOST_AN_ALERT = 3;
/** The highest scores first; the rest of an hour of hail adds nothing. */
const MOST_LOOKED_AT = 60;

interface WrongAlert {
  id: string;
  homeId: string;
}

/**
 * A member marked this alert wrong: similar sounds are ignored from now on. Sounds with an alarm's standard rhythm
 * never are.
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
  for (const { id, deviceId, label, body, embedding, embeddedBy } of heard) {
    if (embedding === null || embeddedBy === null || fresh.length === MOST_AN_ALERT) continue;
    const candidate = Candidate.parse(JSON.parse(body));
    if (showsStandardRhythm(candidate)) continue;
    const comparable = [...known, ...fresh]
      .filter((one) => one.deviceId === deviceId && one.label === label && one.embeddedBy === embeddedBy)
      .map((one) => ({ values: decodeEmbedding(one.embedding) }));
    if (mostAlike(comparable, decodeEmbedding(embedding), sameSoundAbove(label, likeness))) continue;
    fresh.push({
      id: uuid(),
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
  if (fresh.length === 0) return;
  await queries.insertInto('ignoredSounds').values(fresh).execute();
  await dropOldest(queries, alert.homeId);
}

/** The member removed the mark. */
export async function stopIgnoringAlert(queries: Queries, { id, homeId }: WrongAlert): Promise<void> {
  await queries.deleteFrom('ignoredSounds').where('incidentId', '=', id).where('homeId', '=', homeId).execute();
}

async function dropOldest(queries: Queries, homeId: string): Promise<void> {
  const newestFirst = await queries
    .selectFrom('ignoredSounds')
    .select('id')
    .where('homeId', '=', homeId)
    .orderBy('createdAtMs', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const dropped = newestFirst.slice(MOST_A_HOME).map(({ id }) => id);
  if (dropped.length > 0) await queries.deleteFrom('ignoredSounds').where('id', 'in', dropped).execute();
}
