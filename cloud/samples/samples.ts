import type { Selectable } from 'kysely';
import type { Sample, SampleAnswer, SampleRequest } from '@earshot/shared/contracts/samples.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { homePrefix } from '../clips/clip-store.ts';
import { enterDeletions, removeBytes } from '../deletion/deletion-ledger.ts';
import { settingsOf } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { VerifyJob } from '../verifier/verify-job.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log' | 'queue'>;
type Row = Selectable<Schema['samples']>;

const UPLOAD_WITHIN_MS = 5 * 60_000;
const LISTEN_LINK_LIFE_MS = 5 * 60_000;
/** The most samples in the list. Nobody would read a longer list. */
const MOST_LISTED = 100;
const DAY_MS = 86_400_000;

export const isSampleKey = (key: string): boolean => key.split('/')[2] === 'samples';

/**
 * Registers a sample from a device. Samples are stored separately from candidates, so that they cannot notify anybody.
 */
export async function announceSample(
  { database, clips, clock }: Parts,
  device: Caller,
  id: string,
  request: SampleRequest,
): Promise<z.input<typeof SampleAnswer>> {
  const { homeId } = device;
  const key = `${homePrefix(homeId)}samples/${id}.wav`;
  const { sha256, bytes } = request.clip;
  const nowMs = clock.nowMs();
  const isWanted = await changeHome(database, homeId, async (queries) => {
    const known = await queries.selectFrom('samples').selectAll().where('id', '=', id).executeTakeFirst();
    if (known && (known.homeId !== homeId || known.deviceId !== device.id))
      throw new EarshotError('NOT_FOUND', 'sample');
    if (known) return known.state === 'awaited' && known.sha256 === sha256;
    const { samples, retentionDays } = await settingsOf(queries, homeId);
    if (!samples) return false;
    const { label, score, propensity, policy } = request;
    await queries
      .insertInto('samples')
      .values({
        id,
        homeId,
        deviceId: device.id,
        label,
        score,
        propensity,
        policy,
        body: JSON.stringify(request),
        key,
        sha256,
        bytes,
        state: 'awaited',
        verdict: 'pending',
        feedback: null,
        feedbackBy: null,
        createdAtMs: nowMs,
        uploadUntilMs: nowMs + UPLOAD_WITHIN_MS,
        expiresAtMs: nowMs + retentionDays * DAY_MS,
      })
      .execute();
    return true;
  });
  if (!isWanted) return { upload: null };
  const { method, url, headers, expiresAtMs } = await clips.uploadLink({ key, sha256, bytes }, UPLOAD_WITHIN_MS);
  return { upload: { method, url, headers, expiresAt: new Date(expiresAtMs).toISOString() } };
}

/**
 * Called when the upload of a sample has ended. Queues the recording for the verifier with the lowest priority, behind all clips that may
 * become an alert.
 */
export async function sampleStored({ database, clips, queue }: Parts, device: Caller, id: string): Promise<void> {
  const { homeId } = device;
  const row = await ownSample(database.queries, homeId, id);
  if (row.deviceId !== device.id || row.state === 'deleted' || (await clips.size(row.key)) === null)
    throw new EarshotError('NOT_FOUND', 'sample');
  await database.queries
    .updateTable('samples')
    .set({ state: 'stored' })
    .where('id', '=', id)
    .where('state', '=', 'awaited')
    .execute();
  if (row.verdict !== 'pending') return;
  const body = VerifyJob.write({ homeId, candidateId: id, sample: true });
  await queue.send([{ body, lane: 'bulk', group: homeId }]);
}

/**
 * The samples that members may judge. Samples that the verifier rejected are left out, because they would not have
 * become alerts.
 */
export async function listSamples(queries: Queries, homeId: string): Promise<Sample[]> {
  const rows = await queries
    .selectFrom('samples')
    .leftJoin('devices', 'devices.id', 'samples.deviceId')
    .selectAll('samples')
    .select(['devices.name', 'devices.room'])
    .where('samples.homeId', '=', homeId)
    .where('samples.verdict', 'in', ['confirmed', 'unverified'])
    .orderBy('samples.createdAtMs', 'desc')
    .limit(MOST_LISTED)
    .execute();
  return rows.map(viewOf);
}

export async function sampleLink(
  { database, clips }: Parts,
  member: Caller,
  id: string,
): Promise<{ url: string; expiresAt: string }> {
  const { key, state } = await ownSample(database.queries, member.homeId, id);
  if (state !== 'stored') throw new EarshotError('NOT_FOUND', 'sample');
  const { url, expiresAtMs } = await clips.downloadLink(key, LISTEN_LINK_LIFE_MS, member.id);
  return { url, expiresAt: new Date(expiresAtMs).toISOString() };
}

export async function judgeSample(
  { database }: Parts,
  member: Caller,
  id: string,
  feedback: Row['feedback'],
): Promise<void> {
  const { numUpdatedRows } = await database.queries
    .updateTable('samples')
    .set({ feedback, feedbackBy: feedback && member.id })
    .where('id', '=', id)
    .where('homeId', '=', member.homeId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new EarshotError('NOT_FOUND', 'sample');
}

export async function deleteSample(parts: Parts, { homeId }: Caller, id: string): Promise<void> {
  const { database, clock } = parts;
  const entries = await changeHome(database, homeId, async (queries) => {
    const row = await ownSample(queries, homeId, id);
    await queries.deleteFrom('samples').where('id', '=', id).execute();
    return enterDeletions(queries, [row], 'member', clock.nowMs());
  });
  await removeBytes(parts, entries);
}

/**
 * The home of a sample that may be uploaded or played now, or null. The API checks links of the embedded clip store with this.
 */
export async function homeOfSample(queries: Queries, key: string): Promise<string | null> {
  const row = await queries
    .selectFrom('samples')
    .select('homeId')
    .where('key', '=', key)
    .where('state', '!=', 'deleted')
    .executeTakeFirst();
  return row?.homeId ?? null;
}

async function ownSample(queries: Queries, homeId: string, id: string): Promise<Row> {
  const row = await queries
    .selectFrom('samples')
    .selectAll()
    .where('id', '=', id)
    .where('homeId', '=', homeId)
    .executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'sample');
  return row;
}

const viewOf = (row: Row & { name: string | null; room: string | null }): Sample => ({
  id: row.id,
  label: row.label,
  deviceName: row.name ?? '',
  room: row.room ?? '',
  heardAt: new Date(row.createdAtMs).toISOString(),
  score: row.score,
  propensity: row.propensity,
  policy: row.policy,
  feedback: row.feedback,
  playable: row.state === 'stored',
});
