import type { Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { DropIn } from '@earshot/shared/contracts/drop-in.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { viewDevices } from '../homes/devices.ts';
import { settingsOf } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { noteListenUntil } from './listeners.ts';
import { mayListen } from './permission.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed' | 'log'>;
type DropInRow = Selectable<Schema['dropIns']>;

/** A listening session ends by itself after this time, unless its listener extends it. */
const LASTS_MS = 60_000;
const MOST_LISTED = 100;

/**
 * Starts a listening session, or continues the one that the member already has. The device gets the request with its next heartbeat.
 */
export async function startDropIn(parts: Parts, member: Caller, deviceId: string): Promise<DropIn> {
  const { database, clock, feed, log } = parts;
  const { homeId } = member;
  const row = await changeHome(database, homeId, async (queries) => {
    const nowMs = clock.nowMs();
    const [device] = await viewDevices(queries, homeId, nowMs, [deviceId]);
    if (!device) throw new EarshotError('NOT_FOUND', 'device');
    await requirePermission(queries, homeId);
    if (!device.online)
      throw new EarshotError('CONFLICT', `${device.name} is offline. Try again when it is connected.`);
    if (!device.dropIn)
      throw new EarshotError(
        'CONFLICT',
        `${device.name} does not allow listening live: see drop_in in its device.conf.`,
      );
    const known = await queries
      .selectFrom('dropIns')
      .selectAll()
      .where('deviceId', '=', deviceId)
      .where('memberId', '=', member.id)
      .where('untilMs', '>', nowMs)
      .executeTakeFirst();
    if (known) return extend(queries, clock, known);
    const { name } = await queries
      .selectFrom('members')
      .select('name')
      .where('id', '=', member.id)
      .executeTakeFirstOrThrow();
    const started: DropInRow = {
      id: uuid(),
      homeId,
      deviceId,
      deviceName: device.room || device.name,
      memberId: member.id,
      memberName: name,
      startedAtMs: nowMs,
      untilMs: nowMs + LASTS_MS,
    };
    await queries.insertInto('dropIns').values(started).execute();
    await noteListenUntil(queries, deviceId);
    await publish(queries, clock, homeId, { type: 'device', id: deviceId });
    log.info({ homeId, deviceId, memberId: member.id, dropInId: started.id }, 'a member listens live to a device');
    return started;
  });
  feed.wake();
  return viewDropIn(row);
}

/** Extends the session by another minute. */
export async function keepDropIn(parts: Parts, member: Caller, id: string): Promise<DropIn> {
  const { database, clock } = parts;
  const row = await changeHome(database, member.homeId, async (queries) => {
    const own = await ownDropIn(queries, member, id);
    await requirePermission(queries, member.homeId);
    if (own.untilMs <= clock.nowMs()) throw new EarshotError('CONFLICT', 'Listening has ended. Start it again.');
    return extend(queries, clock, own);
  });
  return viewDropIn(row);
}

export async function stopDropIn(parts: Parts, member: Caller, id: string): Promise<void> {
  const { database, clock, feed } = parts;
  await changeHome(database, member.homeId, async (queries) => {
    const own = await ownDropIn(queries, member, id);
    const nowMs = clock.nowMs();
    if (own.untilMs <= nowMs) return;
    await queries.updateTable('dropIns').set({ untilMs: nowMs }).where('id', '=', id).execute();
    await noteListenUntil(queries, own.deviceId);
    await publish(queries, clock, member.homeId, { type: 'device', id: own.deviceId });
  });
  feed.wake();
}

/** Who listened live and when, newest first. Every member of the home may see it. */
export async function listDropIns(queries: Queries, homeId: string): Promise<DropIn[]> {
  const rows = await queries
    .selectFrom('dropIns')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('startedAtMs', 'desc')
    .limit(MOST_LISTED)
    .execute();
  return rows.map(viewDropIn);
}

/** Finds a member's own session. Members cannot play, extend or stop the session of another member. */
export async function ownDropIn(queries: Queries, member: Caller, id: string): Promise<DropInRow> {
  const row = await queries
    .selectFrom('dropIns')
    .selectAll()
    .where('id', '=', id)
    .where('homeId', '=', member.homeId)
    .where('memberId', '=', member.id)
    .executeTakeFirst();
  if (!row) throw new EarshotError('NOT_FOUND', 'session');
  return row;
}

async function extend(queries: Queries, clock: Parts['clock'], row: DropInRow): Promise<DropInRow> {
  const untilMs = clock.nowMs() + LASTS_MS;
  await queries.updateTable('dropIns').set({ untilMs }).where('id', '=', row.id).execute();
  await noteListenUntil(queries, row.deviceId);
  return { ...row, untilMs };
}

async function requirePermission(queries: Queries, homeId: string): Promise<void> {
  const { dropIn } = await settingsOf(queries, homeId);
  if (await mayListen(queries, homeId, dropIn)) return;
  const rule = dropIn === 'never' ? 'does not allow listening live' : 'allows listening live during alerts only';
  throw new EarshotError('FORBIDDEN', `This home ${rule}.`);
}

const viewDropIn = (row: DropInRow): DropIn => ({
  id: row.id,
  deviceId: row.deviceId,
  where: row.deviceName,
  memberId: row.memberId,
  by: row.memberName,
  startedAt: new Date(row.startedAtMs).toISOString(),
  until: new Date(row.untilMs).toISOString(),
});
