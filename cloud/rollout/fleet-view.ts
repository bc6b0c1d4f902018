import type { FleetView } from '@earshot/shared/contracts/fleet.ts';
import { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { poisson } from '@earshot/shared/statistics/intervals.ts';
import { HEARTBEAT_GOOD_MS } from '../incidents/incident-book.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const MOST_WORST = 20;
const MOST_TROUBLED = 50;
const DEVICES_A_PAGE = 2_000;

/** The operators' view of the fleet: numbers and ids, but no names, texts or recordings. */
export async function viewFleet({
  database,
  clock,
  rollout,
}: Pick<CloudParts, 'database' | 'clock' | 'rollout'>): Promise<FleetView> {
  const { queries } = database;
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - DAYS * DAY_MS;
  const homes = await queries.selectFrom('homes').select(['id', 'createdAtMs']).execute();
  const homeDays = homes.reduce((sum, { createdAtMs }) => sum + Math.min(DAYS, (nowMs - createdAtMs) / DAY_MS), 0);
  const { devices, releases, troubled } = await readDevices(queries, nowMs);
  const alerts = await readAlerts(queries, sinceMs);
  const rejected = await readRejected(queries, sinceMs);
  const labels = [...new Set([...alerts.map(({ label }) => label), ...rejected.keys()])].sort();
  return {
    at: new Date(nowMs).toISOString(),
    days: DAYS,
    homes: homes.length,
    devices,
    releases,
    troubled,
    samples: await countSamples(queries, sinceMs),
    rollout: rollout.view,
    homeDays,
    labels: labels.map((label) => {
      const own = alerts.filter((one) => one.label === label);
      const sum = (pick: (one: (typeof own)[number]) => number) => own.reduce((total, one) => total + pick(one), 0);
      const wrong = sum((one) => one.wrong);
      const { low, high } = poisson(wrong);
      const perDay = (count: number): number => (homeDays > 0 ? count / homeDays : 0);
      return {
        label,
        alerts: sum((one) => one.alerts),
        right: sum((one) => one.right),
        wrong,
        unanswered: sum((one) => one.unanswered),
        wrongPerHomeDay: { is: perDay(wrong), low: perDay(low), high: perDay(high) },
        rejected: rejected.get(label) ?? 0,
      };
    }),
    worst: alerts
      .filter(({ wrong }) => wrong > 0)
      .sort((a, b) => b.wrong - a.wrong)
      .slice(0, MOST_WORST),
  };
}

/** Alerts of which a member was notified, and the members' feedback on them, by home and label. */
async function readAlerts(queries: Queries, sinceMs: number): Promise<FleetView['worst']> {
  const rows = await queries
    .selectFrom('incidents')
    .select(['homeId', 'label', 'feedback', (e) => e.fn.countAll<number>().as('count')])
    .where('startedAtMs', '>=', sinceMs)
    .where('toldAtMs', 'is not', null)
    .where('test', '=', 0)
    // Leave out notices about devices, because their subject is not a sound.
    .where('subjectId', '=', '')
    .groupBy(['homeId', 'label', 'feedback'])
    .execute();
  const byHome = new Map<string, FleetView['worst'][number]>();
  for (const { homeId, label, feedback, count } of rows) {
    const key = `${homeId} ${label}`;
    const known = byHome.get(key) ?? { homeId, label, alerts: 0, right: 0, wrong: 0, unanswered: 0 };
    known.alerts += Number(count);
    known[feedback ?? 'unanswered'] += Number(count);
    byHome.set(key, known);
  }
  return [...byHome.values()];
}

async function countSamples(queries: Queries, sinceMs: number): Promise<FleetView['samples']> {
  const rows = await queries
    .selectFrom('samples')
    .select(['feedback', (e) => e.fn.countAll<number>().as('count')])
    .where('createdAtMs', '>=', sinceMs)
    .where('verdict', 'in', ['confirmed', 'unverified'])
    .groupBy('feedback')
    .execute();
  const samples = { right: 0, wrong: 0, unanswered: 0 };
  for (const { feedback, count } of rows) samples[feedback ?? 'unanswered'] += Number(count);
  return samples;
}

async function readRejected(queries: Queries, sinceMs: number): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('candidates')
    .select(['label', (e) => e.fn.countAll<number>().as('count')])
    .where('registeredAtMs', '>=', sinceMs)
    .where('verdict', '=', 'rejected')
    .groupBy('label')
    .execute();
  return new Map(rows.map(({ label, count }) => [label, Number(count)]));
}

async function readDevices(
  queries: Queries,
  nowMs: number,
): Promise<Pick<FleetView, 'devices' | 'releases' | 'troubled'>> {
  const devices = { all: 0, online: 0, silent: 0, neverSeen: 0, deaf: 0, silencedSounds: 0 };
  const releases = new Map<string, FleetView['releases'][number]>();
  const troubled: FleetView['troubled'] = [];
  let after = '';
  for (;;) {
    const page = await queries
      .selectFrom('devices')
      .select(['id', 'homeId', 'lastHeartbeatAtMs', 'silent', 'release', 'releaseState', 'heartbeat'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(DEVICES_A_PAGE)
      .execute();
    for (const device of page) {
      devices.all++;
      if (device.lastHeartbeatAtMs === null) devices.neverSeen++;
      else if (device.lastHeartbeatAtMs > nowMs - HEARTBEAT_GOOD_MS) devices.online++;
      devices.silent += device.silent;
      const beat = device.heartbeat === null ? null : Heartbeat.parse(JSON.parse(device.heartbeat));
      const deaf = beat?.sources.some(({ state }) => state !== 'healthy') ?? false;
      for (const { week } of beat?.silenced ?? []) devices.silencedSounds += week;
      if (deaf) devices.deaf++;
      const trouble =
        device.lastHeartbeatAtMs === null ? 'never_seen' : device.silent ? 'silent' : deaf ? 'deaf' : null;
      if (trouble)
        troubled.push({
          deviceId: device.id,
          homeId: device.homeId,
          trouble,
          lastHeartbeatAt: device.lastHeartbeatAtMs === null ? null : new Date(device.lastHeartbeatAtMs).toISOString(),
        });
      if (device.release === null) continue;
      const known = releases.get(device.release) ?? { release: device.release, devices: 0, rolledBack: 0, refused: 0 };
      known.devices++;
      if (device.releaseState === 'rolled_back') known.rolledBack++;
      if (device.releaseState === 'refused') known.refused++;
      releases.set(device.release, known);
    }
    after = page.at(-1)?.id ?? '';
    if (page.length < DEVICES_A_PAGE) break;
  }
  const since = ({ lastHeartbeatAt }: FleetView['troubled'][number]): number => Date.parse(lastHeartbeatAt ?? '') || 0;
  return {
    devices,
    releases: [...releases.values()].sort((a, b) => b.devices - a.devices),
    troubled: troubled.sort((a, b) => since(a) - since(b)).slice(0, MOST_TROUBLED),
  };
}
