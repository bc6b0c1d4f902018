import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Queries } from '../store/database.ts';

const YEAR_MS = 365 * 86_400_000;

/** One alarm, and the devices that detected it. */
interface Sounded {
  label: string;
  deviceId: string;
  atMs: number;
  test: boolean;
  heardBy: Set<string>;
}

/**
 * Which device detects which alarm. An alarm is identified by its room. For a guided test, this is the tested room. For other tests and
 * real alarms, it is the room of the device that recorded the alarm loudest.
 */
export async function roomGraph(queries: Queries, homeId: string, nowMs: number): Promise<RoomGraph> {
  const home = await queries.selectFrom('homes').select('name').where('id', '=', homeId).executeTakeFirst();
  if (!home) throw new EarshotError('NOT_FOUND', 'home');
  const devices = await queries
    .selectFrom('devices')
    .select(['id', 'name', 'room', 'createdAtMs'])
    .where('homeId', '=', homeId)
    .orderBy('id')
    .execute();
  const places = new Map(devices.map(({ id, name, room }) => [id, { deviceId: id, name, room }]));
  const sounded = (await readSounded(queries, homeId, nowMs - YEAR_MS)).filter(({ deviceId }) => places.has(deviceId));
  const alarms = [...Map.groupBy(sounded, ({ label, deviceId }) => `${label} ${deviceId}`).values()].map((times) => {
    const [last, ...before] = times.sort((a, b) => b.atMs - a.atMs) as [Sounded, ...Sounded[]];
    // A device that was paired while the alarm sounded may also have detected it.
    const wasThere = ({ id, createdAtMs }: (typeof devices)[number]): boolean =>
      createdAtMs <= last.atMs || last.heardBy.has(id);
    const there = devices.filter(wasThere).map(({ id }) => id);
    const notHeardBy = there.filter((id) => !last.heardBy.has(id));
    return {
      label: last.label,
      at: places.get(last.deviceId)!,
      lastAt: new Date(last.atMs).toISOString(),
      test: last.test,
      heardBy: there.filter((id) => last.heardBy.has(id)),
      notHeardBy,
      lostBy: notHeardBy.filter((id) => before.some(({ heardBy }) => heardBy.has(id))),
    };
  });
  return {
    homeId,
    homeName: home.name,
    devices: [...places.values()],
    alarms: alarms.sort((a, b) => a.at.room.localeCompare(b.at.room) || a.label.localeCompare(b.label)),
  };
}

async function readSounded(queries: Queries, homeId: string, sinceMs: number): Promise<Sounded[]> {
  const rows = await queries
    .selectFrom('incidents')
    .innerJoin('candidates', 'candidates.incidentId', 'incidents.id')
    .select(['incidents.id', 'incidents.label', 'incidents.startedAtMs', 'incidents.test', 'incidents.feedback'])
    .select(['candidates.deviceId', 'candidates.body', 'candidates.registeredAtMs'])
    .where('incidents.homeId', '=', homeId)
    .where('incidents.class', '=', 'safety')
    .where('incidents.startedAtMs', '>=', sinceMs)
    .where('candidates.verdict', '!=', 'rejected')
    // Tests always count; real alarms count only when they were confirmed.
    .where((e) => e.or([e('incidents.test', '=', 1), e('incidents.verdict', '=', 'confirmed')]))
    .execute();
  const tests = await queries.selectFrom('alarmTests').selectAll().where('homeId', '=', homeId).execute();
  const sounds = [...Map.groupBy(rows, ({ id }) => id).values()].filter(([first]) => first?.feedback !== 'wrong');
  return sounds.flatMap((heard) => {
    const { label, startedAtMs: atMs, test } = heard[0]!;
    const heardBy = new Set(heard.map(({ deviceId }) => deviceId));
    const tested = tests.filter((one) =>
      heard.some(
        ({ deviceId, registeredAtMs }) =>
          one.deviceId === deviceId && one.label === label && one.atMs === registeredAtMs,
      ),
    );
    const level = ({ body }: (typeof heard)[number]): number => Candidate.parse(JSON.parse(body)).why.levelDbfs;
    const loudest = heard.reduce((a, b) => (level(b) > level(a) ? b : a));
    const where = tested.length > 0 ? tested : [loudest];
    return where.map(({ deviceId }) => ({ label, deviceId, atMs, test: test === 1, heardBy }));
  });
}
