import type { HomeView } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { viewIncidents } from '../incidents/incident-view.ts';
import { reachOf } from '../notify/channels.ts';
import type { CloudParts } from '../parts.ts';
import { viewDevices } from './devices.ts';
import { readTaught } from '../taught-sounds/kept-taught.ts';
import { settingsOf } from './homes.ts';
import { viewMember } from './members.ts';
import type { Caller } from './tokens.ts';

const MOST_OPEN = 50;

/** Everything that the first screen needs. */
export async function viewHome(
  { database: { queries }, clock, vapid, version }: Pick<CloudParts, 'database' | 'clock' | 'vapid' | 'version'>,
  caller: Caller,
  { email, operators }: Pick<HomeView, 'email' | 'operators'>,
): Promise<HomeView> {
  const { homeId } = caller;
  const home = await queries.selectFrom('homes').selectAll().where('id', '=', homeId).executeTakeFirst();
  if (!home) throw new EarshotError('NOT_FOUND', 'home');
  const open = await queries
    .selectFrom('incidents')
    .selectAll()
    .where('homeId', '=', homeId)
    .where('state', '!=', 'cleared')
    // An incident that is still being verified is not shown yet.
    .where('verdict', '!=', 'pending')
    .orderBy('startedAtMs', 'desc')
    .limit(MOST_OPEN)
    .execute();
  return {
    id: homeId,
    name: home.name,
    mode: (await settingsOf(queries, homeId)).mode,
    you: await viewMember(queries, caller, caller.id),
    open: await viewIncidents(queries, homeId, open),
    devices: await viewDevices(queries, homeId, clock.nowMs()),
    vapidPublicKey: vapid.publicKey,
    reach: await reachOf(queries, caller.id),
    email,
    operators,
    cloudVersion: version,
    taught: readTaught(home.taught).map(({ label, name, icon }) => ({ label, name, icon })),
  };
}
