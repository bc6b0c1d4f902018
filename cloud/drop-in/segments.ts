import { v7 as uuid } from 'uuid';
import type { DropInSegmentAnswer, DropInSegments } from '@earshot/shared/contracts/drop-in.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { homePrefix } from '../clips/clip-store.ts';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { ownDropIn } from './drop-ins.ts';
import { listenersOf } from './listeners.ts';

type Parts = Pick<CloudParts, 'database' | 'clips' | 'clock'>;

/** A segment whose upload takes longer than this comes too late to be played. */
const UPLOAD_WITHIN_MS = 15_000;
const DOWNLOAD_WITHIN_MS = 30_000;
/**
 * The bytes are removed after this time, and a second time when no upload can be in progress any more (segment-removal.ts).
 */
const REMOVE_AFTER_MS = 60_000;
/** Segments are played in order. The player waits this long for an unfinished upload, then skips its segment. */
const WAIT_FOR_UPLOAD_MS = 3_000;
/** A listener who joins, or returns after a pause, hears only the segments of the last 5 s. */
const OLDEST_MS = 5_000;
const MOST_AT_ONCE = 20;

const folderOf = (homeId: string): string => `${homePrefix(homeId)}live/`;
export const isSegmentKey = (key: string): boolean => key.split('/')[2] === 'live';

/**
 * Registers a segment: one second of sound that a device has recorded. Returns the upload link, or null when nobody listens any more.
 */
export async function addSegment(
  { database, clips, clock }: Parts,
  device: Caller,
  { sha256, bytes }: { sha256: string; bytes: number },
): Promise<DropInSegmentAnswer> {
  const { queries } = database;
  const nowMs = clock.nowMs();
  const row = await queries
    .selectFrom('devices')
    .select('listenUntilMs')
    .where('id', '=', device.id)
    .executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'device');
  if (row.listenUntilMs <= nowMs) return { upload: null };
  const id = uuid();
  const key = `${folderOf(device.homeId)}${id}.wav`;
  const link = await clips.uploadLink({ key, sha256, bytes }, UPLOAD_WITHIN_MS);
  await queries
    .insertInto('dropInSegments')
    .values({
      id,
      homeId: device.homeId,
      deviceId: device.id,
      key,
      bytes,
      createdAtMs: nowMs,
      uploadUntilMs: link.expiresAtMs,
      lookAtMs: nowMs + REMOVE_AFTER_MS,
    })
    .execute();
  const { method, url, headers } = link;
  return { upload: { method, url, headers, expiresAt: new Date(link.expiresAtMs).toISOString() } };
}

/** The segments that a listener can play now and has not received yet. */
export async function segmentsOf(
  { database, clips, clock }: Parts,
  member: Caller,
  id: string,
  after: string | undefined,
): Promise<DropInSegments> {
  const { queries } = database;
  const nowMs = clock.nowMs();
  const dropIn = await ownDropIn(queries, member, id);
  const { deviceId, startedAtMs, untilMs } = dropIn;
  const listeners = await listenersOf(queries, [{ id: deviceId, listenUntilMs: untilMs }], nowMs);
  const view = { secondsLeft: Math.max(0, Math.ceil((untilMs - nowMs) / 1000)), by: listeners.get(deviceId) ?? [] };
  if (untilMs <= nowMs) return { ...view, items: [] };
  const rows = await queries
    .selectFrom('dropInSegments')
    .select(['id', 'key', 'createdAtMs'])
    .where('deviceId', '=', deviceId)
    .where('id', '>', after ?? '')
    .where('createdAtMs', '>=', Math.max(startedAtMs, nowMs - OLDEST_MS))
    .orderBy('id')
    .limit(MOST_AT_ONCE)
    .execute();
  const sizes = await Promise.all(rows.map(({ key }) => clips.size(key)));
  const firstAwaited = rows.findIndex(
    ({ createdAtMs }, at) => sizes[at] === null && createdAtMs > nowMs - WAIT_FOR_UPLOAD_MS,
  );
  const ready = rows.filter((_, at) => sizes[at] !== null && (firstAwaited < 0 || at < firstAwaited));
  const items = ready.map(async ({ id: segmentId, key }) => {
    const { url } = await clips.downloadLink(key, DOWNLOAD_WITHIN_MS, member.id);
    return { id: segmentId, url };
  });
  return { ...view, items: await Promise.all(items) };
}

/**
 * The home of a segment that may be uploaded or played now, or null. The API checks links of the embedded clip store with this.
 */
export async function homeOfSegment(queries: Queries, key: string, nowMs: number): Promise<string | null> {
  const row = await queries
    .selectFrom('dropInSegments')
    .select('homeId')
    .where('key', '=', key)
    .where('createdAtMs', '>', nowMs - REMOVE_AFTER_MS)
    .executeTakeFirst();
  return row?.homeId ?? null;
}
