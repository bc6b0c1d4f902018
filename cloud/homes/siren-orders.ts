import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { v7 as uuid } from 'uuid';
import type { CloudParts } from '../parts.ts';
import { viewDevices } from './devices.ts';
import type { KeptSirenOrder } from './kept-siren-order.ts';
import type { Caller } from './tokens.ts';

/** A siren that a phone switched on stops by itself after this time. */
const SOUNDS_S = 60;

/** Stores an order for the siren. The device gets it in the answer to its next heartbeat, within 4 s. */
export async function orderSiren(
  { database, clock, log }: Pick<CloudParts, 'database' | 'clock' | 'log'>,
  member: Caller,
  deviceId: string,
  on: boolean,
): Promise<DeviceView> {
  const { queries } = database;
  const [device] = await viewDevices(queries, member.homeId, clock.nowMs(), [deviceId]);
  if (!device) throw new EarshotError('NOT_FOUND', 'device');
  if (device.siren === 'none') throw new EarshotError('CONFLICT', `${device.name} has no siren.`);
  if (!device.online) throw new EarshotError('CONFLICT', `${device.name} is offline, so the order cannot reach it.`);
  const order: KeptSirenOrder = {
    id: uuid(),
    on,
    seconds: SOUNDS_S,
    atMs: clock.nowMs(),
    memberId: member.id,
  };
  await queries
    .updateTable('devices')
    .set({ sirenOrder: JSON.stringify(order) })
    .where('id', '=', deviceId)
    .execute();
  log.info({ homeId: member.homeId, deviceId, memberId: member.id, on }, 'a member ordered the siren');
  return device;
}
