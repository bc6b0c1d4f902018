import { v7 as uuid } from 'uuid';
import { systemClock as clock } from '@earshot/shared/clock.ts';
import { createHome } from '../homes/homes.ts';
import { issueToken } from '../homes/tokens.ts';
import { addChannel } from '../notify/channels.ts';
import type { Database } from '../store/database.ts';

export interface BenchHome {
  homeId: string;
  deviceToken: string;
  /** The path by which its phone is told. */
  phone: string;
}

const AT_ONCE = 10;

/** Homes with a device and a phone each, made by the cloud's own functions. */
export async function makeHomes(
  database: Database,
  count: number,
  phoneUrl: string,
  secret: string,
): Promise<BenchHome[]> {
  const homes: BenchHome[] = [];
  const lane = async () => {
    while (homes.length < count) {
      const phone = `/phone-${homes.length}`;
      const home: BenchHome = { homeId: '', deviceToken: '', phone };
      homes.push(home);
      Object.assign(home, await makeHome(database, `${phoneUrl}${phone}`, secret));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return homes;
}

async function makeHome(database: Database, url: string, secret: string) {
  const { homeId, ownerId } = await createHome({ database, clock }, 'Home', 'UTC');
  const id = uuid();
  const nowMs = clock.nowMs();
  await database.queries
    .insertInto('devices')
    .values({
      id,
      homeId,
      name: 'Box',
      room: 'hall',
      createdAtMs: nowMs,
      // It never beats here, so it is never missed either.
      lastHeartbeatAtMs: null,
      heartbeat: null,
      silent: 0,
    })
    .execute();
  const deviceToken = await issueToken(database.queries, { kind: 'device', homeId, id }, nowMs);
  const owner = { kind: 'member' as const, homeId, id: ownerId, tokenHash: '' };
  await addChannel({ database, clock }, owner, { kind: 'webhook', url, secret });
  return { homeId, deviceToken };
}
