import type { Queries } from '../store/database.ts';

interface Listened {
  id: string;
  listenUntilMs: number;
}

/**
 * Names of the members who are listening to these devices now. The column `devices.listen_until_ms` makes the query unnecessary when nobody
 * listens.
 */
export async function listenersOf(
  queries: Queries,
  devices: readonly Listened[],
  nowMs: number,
): Promise<ReadonlyMap<string, string[]>> {
  const ids = devices.filter(({ listenUntilMs }) => listenUntilMs > nowMs).map(({ id }) => id);
  const names = new Map<string, string[]>();
  if (ids.length === 0) return names;
  const rows = await queries
    .selectFrom('dropIns')
    .select(['deviceId', 'memberName'])
    .where('deviceId', 'in', ids)
    .where('untilMs', '>', nowMs)
    .orderBy('startedAtMs')
    .execute();
  for (const { deviceId, memberName } of rows) names.set(deviceId, [...(names.get(deviceId) ?? []), memberName]);
  return names;
}

/**
 * Stores until when somebody listens to the device. Call this after every change of the device's sessions, in the same transaction.
 */
export async function noteListenUntil(queries: Queries, deviceId: string): Promise<void> {
  const { untilMs } = await queries
    .selectFrom('dropIns')
    .select((e) => e.fn.max('untilMs').as('untilMs'))
    .where('deviceId', '=', deviceId)
    .executeTakeFirstOrThrow();
  await queries
    .updateTable('devices')
    .set({ listenUntilMs: untilMs ?? 0 })
    .where('id', '=', deviceId)
    .execute();
}

/** Ends the listening sessions of a home, or only those of one member. Returns the devices of these sessions. */
export async function endDropIns(
  queries: Queries,
  whose: { homeId: string; memberId?: string },
  nowMs: number,
): Promise<string[]> {
  const { homeId, memberId } = whose;
  let ending = queries
    .updateTable('dropIns')
    .set({ untilMs: nowMs })
    .where('homeId', '=', homeId)
    .where('untilMs', '>', nowMs);
  if (memberId !== undefined) ending = ending.where('memberId', '=', memberId);
  const ended = await ending.returning('deviceId').execute();
  const deviceIds = [...new Set(ended.map(({ deviceId }) => deviceId))];
  for (const id of deviceIds) await noteListenUntil(queries, id);
  return deviceIds;
}
