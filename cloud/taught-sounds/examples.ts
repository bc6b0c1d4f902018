import type { Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import { findSound, type FoundSound } from '@earshot/shared/audio/find-sound.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { EXAMPLES_NEEDED } from '@earshot/shared/contracts/taught-sounds.ts';
import { EXAMPLE_S, type ExampleAnswer, type TaughtExample } from '@earshot/shared/contracts/teaching.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { homePrefix } from '../clips/clip-store.ts';
import { enterDeletions, removeBytes } from '../deletion/deletion-ledger.ts';
import { viewDevices } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { type KeptRecordOrder, ORDER_GOOD_MS } from './record-order.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock' | 'log'>;
type ExampleRow = Selectable<Schema['taughtExamples']>;

/** Five examples for the training, and one to check the result. */
const MOST_FOUND = EXAMPLES_NEEDED + 1;
/** The limit for all recordings of a sound, including recordings in which no sound was found. */
const MOST_EXAMPLES = 20;
/**
 * After this time a recording counts as failed. Recording and uploading take a few seconds; a slow connection gets another minute.
 */
const STORED_WITHIN_MS = ORDER_GOOD_MS + EXAMPLE_S * 1000 + 60_000;
const UPLOAD_WITHIN_MS = 60_000;
const LISTEN_LINK_LIFE_MS = 5 * 60_000;

const folderOf = (homeId: string): string => `${homePrefix(homeId)}examples/`;
export const isExampleKey = (key: string): boolean => key.split('/')[2] === 'examples';

/** Asks the sound's device to record the next seconds. The device gets the order with its next heartbeat. */
export async function orderExample(parts: Parts, member: Caller, soundId: string): Promise<void> {
  const { database, clock, log } = parts;
  const { homeId } = member;
  await changeHome(database, homeId, async (queries) => {
    const nowMs = clock.nowMs();
    const sound = await queries
      .selectFrom('taughtSounds')
      .select('deviceId')
      .where('id', '=', soundId)
      .where('homeId', '=', homeId)
      .executeTakeFirst();
    if (!sound) throw new EarshotError('NOT_FOUND', 'taught sound');
    const [device] = await viewDevices(queries, homeId, nowMs, [sound.deviceId]);
    if (!device) throw new EarshotError('NOT_FOUND', 'device');
    if (!device.online) throw new EarshotError('CANNOT_RECORD', `${device.name} is offline.`);
    if (!device.dropIn)
      throw new EarshotError(
        'CANNOT_RECORD',
        `${device.name} does not allow recordings: see drop_in in its device.conf.`,
      );
    const before = await queries.selectFrom('taughtExamples').selectAll().where('soundId', '=', soundId).execute();
    const states = before.map((row) => viewExample(row, nowMs).state);
    if (states.some((state) => state === 'waiting' || state === 'recording'))
      throw new EarshotError('CONFLICT', 'A recording is already in progress.');
    if (states.filter((state) => state === 'found').length >= MOST_FOUND || before.length >= MOST_EXAMPLES)
      throw new EarshotError('CONFLICT', 'There are enough examples. Remove one first.');
    const { name } = await queries
      .selectFrom('members')
      .select('name')
      .where('id', '=', member.id)
      .executeTakeFirstOrThrow();
    const id = uuid();
    await queries
      .insertInto('taughtExamples')
      .values({
        id,
        homeId,
        soundId,
        deviceId: sound.deviceId,
        key: `${folderOf(homeId)}${id}.wav`,
        state: 'waiting',
        bytes: 0,
        found: null,
        byName: name,
        createdAtMs: nowMs,
        uploadUntilMs: 0,
      })
      .execute();
    const order: KeptRecordOrder = { id, seconds: EXAMPLE_S, atMs: nowMs };
    await queries
      .updateTable('devices')
      .set({ recordOrder: JSON.stringify(order) })
      .where('id', '=', sound.deviceId)
      .execute();
    log.info({ homeId, deviceId: sound.deviceId, memberId: member.id, exampleId: id }, 'a member records an example');
  });
}

/**
 * Registers a recording that the device has made. Returns the upload link, or null when the recording comes too late.
 */
export async function announceExample(
  { database, clips, clock }: Parts,
  device: Caller,
  id: string,
  { sha256, bytes }: { sha256: string; bytes: number },
): Promise<z.input<typeof ExampleAnswer>> {
  const row = await awaited(database.queries, device, id);
  if (!row) throw new EarshotError('NOT_FOUND', 'example');
  if (clock.nowMs() > row.createdAtMs + STORED_WITHIN_MS) return { upload: null };
  const { method, url, headers, expiresAtMs } = await clips.uploadLink(
    { key: row.key, sha256, bytes },
    UPLOAD_WITHIN_MS,
  );
  const { numUpdatedRows } = await database.queries
    .updateTable('taughtExamples')
    .set({ uploadUntilMs: expiresAtMs, bytes })
    .where('id', '=', id)
    .executeTakeFirst();
  // The example was removed meanwhile. Return no link, because nobody would delete the recording.
  if (numUpdatedRows === 0n) return { upload: null };
  return { upload: { method, url, headers, expiresAt: new Date(expiresAtMs).toISOString() } };
}

/** Called when the upload of an example has ended. Looks for the sound in the recording. */
export async function exampleStored({ database, clips }: Parts, device: Caller, id: string): Promise<void> {
  const row = await awaited(database.queries, device, id);
  const bytes = row && (await clips.get(row.key));
  if (!bytes) throw new EarshotError('NOT_FOUND', 'example');
  const found = soundIn(bytes);
  await database.queries
    .updateTable('taughtExamples')
    .set({ state: found ? 'found' : 'silent', found: found && JSON.stringify(found) })
    .where('id', '=', id)
    .execute();
}

/** A recording without samples comes from a microphone that delivered no sound, so it counts as silent. */
function soundIn(wav: Uint8Array): FoundSound | null {
  try {
    const { channels, sampleRate } = readWav(wav);
    return findSound(channels[0] as Float32Array, sampleRate);
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'AUDIO_EMPTY') return null;
    throw error;
  }
}

export async function deleteExample(parts: Parts, { homeId }: Caller, soundId: string, id: string): Promise<void> {
  const { database, clock } = parts;
  const entries = await changeHome(database, homeId, async (queries) => {
    const row = await ownExample(queries, homeId, soundId, id);
    const entered = await enterDeletions(queries, [{ ...row, state: 'stored' }], 'member', clock.nowMs());
    await queries.deleteFrom('taughtExamples').where('id', '=', id).execute();
    return entered;
  });
  await removeBytes(parts, entries);
}

export async function exampleLink(
  { database, clips }: Parts,
  member: Caller,
  soundId: string,
  id: string,
): Promise<{ url: string; expiresAt: string }> {
  const { key, state } = await ownExample(database.queries, member.homeId, soundId, id);
  if (state !== 'found' && state !== 'silent') throw new EarshotError('NOT_FOUND', 'example');
  const { url, expiresAtMs } = await clips.downloadLink(key, LISTEN_LINK_LIFE_MS, member.id);
  return { url, expiresAt: new Date(expiresAtMs).toISOString() };
}

/**
 * The home of an example that may be uploaded or played now, or null. The API checks links of the embedded clip store with this.
 */
export async function homeOfExample(queries: Queries, key: string): Promise<string | null> {
  const row = await queries.selectFrom('taughtExamples').select('homeId').where('key', '=', key).executeTakeFirst();
  return row?.homeId ?? null;
}

export function viewExample(row: ExampleRow, nowMs: number): TaughtExample {
  const { id, state, found, byName, createdAtMs } = row;
  const isOverdue =
    (state === 'waiting' && nowMs > createdAtMs + ORDER_GOOD_MS) ||
    (state === 'recording' && nowMs > createdAtMs + STORED_WITHIN_MS);
  const { startS, endS } = found === null ? {} : (JSON.parse(found) as { startS: number; endS: number });
  return {
    id,
    state: isOverdue ? 'failed' : state,
    found: startS === undefined || endS === undefined ? null : { startS, endS },
    by: byName,
    createdAt: new Date(createdAtMs).toISOString(),
  };
}

async function awaited(queries: Queries, device: Caller, id: string): Promise<ExampleRow | null> {
  const row = await queries
    .selectFrom('taughtExamples')
    .selectAll()
    .where('id', '=', id)
    .where('homeId', '=', device.homeId)
    .where('deviceId', '=', device.id)
    .where('state', 'in', ['waiting', 'recording'])
    .executeTakeFirst();
  return row ?? null;
}

async function ownExample(queries: Queries, homeId: string, soundId: string, id: string): Promise<ExampleRow> {
  const row = await queries
    .selectFrom('taughtExamples')
    .selectAll()
    .where('id', '=', id)
    .where('soundId', '=', soundId)
    .where('homeId', '=', homeId)
    .executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'example');
  return row;
}
