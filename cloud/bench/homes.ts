import { v7 as uuid } from 'uuid';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { makeToken } from '../homes/tokens.ts';
import type { Database } from '../store/database.ts';

export interface BenchHome {
  homeId: string;
  deviceToken: string;
  /** The phone's ntfy topic. */
  phone: string;
}

const A_STATEMENT = 500;

/**
 * Inserts homes directly into the database, each with a person, a device and a phone, up to 500 homes at a time. Pairing ten thousand homes
 * through the API would take longer than the benchmark itself.
 */
export async function makeHomes(
  database: Database,
  count: number,
  phoneUrl: string,
  token: string,
): Promise<BenchHome[]> {
  const homes: BenchHome[] = [];
  while (homes.length < count) {
    const from = homes.length;
    const some = Array.from({ length: Math.min(A_STATEMENT, count - from) }, (_, n) =>
      rowsOf(`/phone-${from + n}`, phoneUrl, token),
    );
    await database.transact(async (queries) => {
      await queries
        .insertInto('homes')
        .values(some.map(({ home }) => home))
        .execute();
      await queries
        .insertInto('settings')
        .values(some.map(({ settings }) => settings))
        .execute();
      await queries
        .insertInto('members')
        .values(some.map(({ member }) => member))
        .execute();
      await queries
        .insertInto('devices')
        .values(some.map(({ device }) => device))
        .execute();
      await queries
        .insertInto('tokens')
        .values(some.map(({ token }) => token))
        .execute();
      await queries
        .insertInto('channels')
        .values(some.map(({ channel }) => channel))
        .execute();
    });
    homes.push(...some.map(({ bench }) => bench));
  }
  return homes;
}

function rowsOf(phone: string, phoneUrl: string, phoneToken: string) {
  const [homeId, memberId, deviceId] = [uuid(), uuid(), uuid()];
  const createdAtMs = Date.now();
  const { token, hash } = makeToken();
  const target: ChannelRequest = { kind: 'ntfy', url: `${phoneUrl}${phone}/alarms`, token: phoneToken };
  return {
    bench: { homeId, deviceToken: token, phone },
    home: { id: homeId, name: 'Home', createdAtMs, watchedUntilMs: 0 },
    settings: {
      homeId,
      version: 1,
      body: JSON.stringify({ ...defaultSettings('UTC'), version: 1 }),
      nextModeAtMs: null,
    },
    member: { id: memberId, homeId, name: 'Owner', escalation: 0, createdAtMs },
    // The device never sends a heartbeat, so it is never reported as offline.
    device: {
      id: deviceId,
      homeId,
      name: 'Box',
      room: 'hall',
      createdAtMs,
      lastHeartbeatAtMs: null,
      heartbeat: null,
      silent: 0,
    },
    token: { hash, kind: 'device' as const, homeId, subjectId: deviceId, createdAtMs },
    channel: {
      id: uuid(),
      homeId,
      memberId,
      kind: target.kind,
      target: JSON.stringify(target),
      describes: 'bench',
      state: 'ok' as const,
      lastError: null,
      position: 0,
      restUntilMs: 0,
      failures: 0,
      createdAtMs,
      confirmedAtMs: createdAtMs,
    },
  };
}
