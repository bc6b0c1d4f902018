import type { Queries } from '../store/database.ts';
import { countsOf, type Seen } from './compare.ts';
import { isAmongFirst } from './share.ts';

const DAY_MS = 86_400_000;
const DEVICES_A_PAGE = 2_000;
/** The states in which a device reports that it does not run an offered release. */
const FAILED = new Set(['rolled_back', 'refused']);

export interface Sides {
  next: Seen;
  before: Seen;
}

/**
 * Counts since the stage began, for the devices to which the new release is offered and for all other devices. A device counts for the new
 * release as soon as it is offered, even if the device still runs the old one. So a failed installation counts against the new release.
 */
export async function observe(
  queries: Queries,
  { version, percent, sinceMs, nowMs }: { version: string; percent: number; sinceMs: number; nowMs: number },
): Promise<Sides> {
  const falseAlerts = await readFalseAlerts(queries, sinceMs);
  const sides = { next: newSide(), before: newSide() };
  let after = '';
  for (;;) {
    const page = await queries
      .selectFrom('devices')
      .select(['id', 'silent', 'releaseState'])
      .where('id', '>', after)
      // Leave out devices that went offline before the stage, because the release is not the cause.
      .where('lastHeartbeatAtMs', '>=', sinceMs)
      .orderBy('id')
      .limit(DEVICES_A_PAGE)
      .execute();
    for (const { id, silent, releaseState } of page) {
      const side = isAmongFirst(id, version, percent) ? sides.next : sides.before;
      side.devices++;
      if (silent === 1 || FAILED.has(releaseState ?? '')) side.failed++;
      const count = falseAlerts.get(id);
      if (count !== undefined) side.falseAlerts.push(count);
    }
    after = page.at(-1)?.id ?? '';
    if (page.length < DEVICES_A_PAGE) break;
  }
  const days = Math.max(0, nowMs - sinceMs) / DAY_MS;
  const seen = ({ devices, failed, falseAlerts: counts }: ReturnType<typeof newSide>): Seen => ({
    devices,
    deviceDays: devices * days,
    falseAlerts: countsOf(counts),
    failed,
  });
  return { next: seen(sides.next), before: seen(sides.before) };
}

const newSide = () => ({ devices: 0, failed: 0, falseAlerts: [] as number[] });

/**
 * By device: the number of candidates that the verifier rejected or a member marked as wrong. Members mark few alerts, but the verifier
 * judges every candidate. So a release with too many false candidates is noticed within hours.
 */
async function readFalseAlerts(queries: Queries, sinceMs: number): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('candidates')
    .innerJoin('incidents', 'incidents.id', 'candidates.incidentId')
    .select(['candidates.deviceId', (e) => e.fn.countAll<number>().as('count')])
    .where('candidates.registeredAtMs', '>=', sinceMs)
    .where('incidents.test', '=', 0)
    .where((e) => e.or([e('candidates.verdict', '=', 'rejected'), e('incidents.feedback', '=', 'wrong')]))
    .groupBy('candidates.deviceId')
    .execute();
  return new Map(rows.map(({ deviceId, count }) => [deviceId, Number(count)]));
}
