import type { Transaction } from 'kysely';
import type { Clock } from '@earshot/shared/clock.ts';
import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { settleNotice } from '../incidents/device-notices.ts';
import { HEARTBEAT_GOOD_MS } from '../incidents/incident-book.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { roomGraph } from './room-graph.ts';

type Alarm = RoomGraph['alarms'][number];

/**
 * Called when alarms of these homes have ended. Reports devices that did not hear an alarm when it last sounded, although they heard it
 * earlier.
 */
export async function noticeLostAlarms(
  { database, clock, feed }: Pick<CloudParts, 'database' | 'clock' | 'feed'>,
  homeIds: readonly string[],
): Promise<void> {
  if (homeIds.length === 0) return;
  // Skip homes with one device: nobody would know of an alarm that the only device misses.
  const homes = await database.queries
    .selectFrom('devices')
    .select('homeId')
    .where('homeId', 'in', [...new Set(homeIds)])
    .groupBy('homeId')
    .having((e) => e.fn.countAll(), '>', 1)
    .execute();
  for (const { homeId } of homes)
    await changeHome(database, homeId, (queries) => settleLostAlarms(queries, clock, homeId));
  if (homes.length > 0) feed.wake();
}

/** Opens the notice of each device that no longer hears an alarm, and ends the notices of the others. */
export async function settleLostAlarms(queries: Transaction<Schema>, clock: Clock, homeId: string): Promise<void> {
  const nowMs = clock.nowMs();
  const { alarms } = await roomGraph(queries, homeId, nowMs);
  const devices = await queries
    .selectFrom('devices')
    .select(['id', 'homeId', 'lastHeartbeatAtMs'])
    .where('homeId', '=', homeId)
    .execute();
  for (const device of devices) {
    const lost = alarms.filter(({ lostBy }) => lostBy.includes(device.id));
    // A device that is offline could not report the alarm, and its absence is already reported.
    const isOnline = (device.lastHeartbeatAtMs ?? 0) > nowMs - HEARTBEAT_GOOD_MS;
    if (lost.length > 0 && !isOnline) continue;
    await settleNotice(queries, clock, device, 'alarm_not_heard', lost.length === 0 ? null : whyOf(lost));
  }
}

function whyOf(lost: Alarm[]): string {
  const names = lost.map(({ label, at }) => `the ${labelInfo(label).words} in ${at.room || at.name}`);
  return `this device heard ${names.join(' and ')} before, but not when the alarm sounded last; check the device and test the alarm again`;
}
