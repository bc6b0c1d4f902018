import { MODES } from '@earshot/shared/labels.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { viewDevices } from '../homes/devices.ts';
import { changeSettings } from '../homes/homes.ts';
import { orderSiren } from '../homes/siren-orders.ts';
import type { Caller } from '../homes/tokens.ts';
import { acknowledge } from '../incidents/member-actions.ts';
import type { CloudParts } from '../parts.ts';

export type OrderParts = Pick<CloudParts, 'database' | 'clock' | 'feed' | 'log'>;

/** Sets the home's mode, as ordered from Home Assistant, in the name of the member who added the channel. */
export async function setMode(parts: OrderParts, member: Caller, text: string): Promise<void> {
  const mode = MODES.find((each) => each === text);
  if (!mode) throw new EarshotError('SETTING_INVALID', `mode "${text.slice(0, 40)}": send ${MODES.join(' or ')}.`);
  await changeSettings(parts, member.homeId, { mode }, null);
}

/** Acknowledges every open alert. */
export async function acknowledgeAll(parts: OrderParts, member: Caller): Promise<void> {
  const open = await parts.database.queries
    .selectFrom('incidents')
    .select('id')
    .where('homeId', '=', member.homeId)
    .where('state', '=', 'open')
    .where('toldAtMs', 'is not', null)
    .execute();
  for (const { id } of open) await acknowledge(parts, member, id, true);
}

/** Switches the siren of every device that is online and has a siren. */
export async function setSirens(parts: OrderParts, member: Caller, text: string): Promise<void> {
  if (text !== 'ON' && text !== 'OFF')
    throw new EarshotError('SETTING_INVALID', `siren "${text.slice(0, 40)}": send ON or OFF.`);
  const devices = await viewDevices(parts.database.queries, member.homeId, parts.clock.nowMs());
  const able = devices.filter(({ siren, online }) => siren !== 'none' && online);
  if (able.length === 0)
    throw new EarshotError('CONFLICT', 'No device that is online has a siren: check the devices in the app.');
  for (const { id } of able) await orderSiren(parts, member, id, text === 'ON');
}
