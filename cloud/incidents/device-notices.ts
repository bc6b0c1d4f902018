import { v7 as uuid } from 'uuid';
import type { Transaction } from 'kysely';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import { MICROPHONE_REASONS } from '@earshot/shared/microphone-reason.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { activeKeyOf, advance, clear, judged, open } from './incident.ts';
import { IncidentBook } from './incident-book.ts';

/** Quiet notices about a device. They are stored as incidents of class upkeep, with the device as their subject. */
export const NOTICES = [
  'device_silent',
  'microphone_deaf',
  'outbox_filling',
  'alarm_test_due',
  'alarm_not_heard',
] as const;
export type Notice = (typeof NOTICES)[number];

/**
 * A device without a heartbeat for this long is reported. Restarting a router or updating the device takes less time.
 */
const OFFLINE_AFTER_MS = 10 * 60_000;
/**
 * The outbox is reported as filling from this many undelivered candidates. A noisy home (10 candidates a day) collects a quarter of them in
 * a long weekend without internet.
 */
const FILLING_RECORDS = 100;

/** For each kind of notice: the problem that the device reports, or null when it reports none. */
export function noticesOf(
  beat: Pick<Heartbeat, 'sources' | 'outbox'>,
): Record<'microphone_deaf' | 'outbox_filling', string | null> {
  const deaf = beat.sources.filter(({ state }) => state === 'deaf' || state === 'failed');
  const { records, full, corrupt } = beat.outbox;
  return {
    microphone_deaf:
      deaf.length === 0
        ? null
        : deaf
            .map(({ name, reason }) => {
              const problem = MICROPHONE_REASONS[reason ?? ''] ?? 'check the microphone and its cable';
              return beat.sources.length === 1 ? problem : `Microphone ${name}: ${problem}`;
            })
            .join('. ')
            .slice(0, 250),
    outbox_filling:
      full || records > FILLING_RECORDS
        ? `${records} sounds are not delivered yet${full ? '; the device has no room for more' : ''}${corrupt ? `, ${corrupt} damaged` : ''}`
        : null,
  };
}

/** Opens, keeps or ends the notice. Calling it again at every heartbeat changes nothing. */
export async function settleNotice(
  queries: Transaction<Schema>,
  clock: Clock,
  device: { id: string; homeId: string },
  notice: Notice,
  why: string | null,
): Promise<void> {
  const book = new IncidentBook(queries, clock);
  const active = await book.findActive(activeKeyOf(device.homeId, notice, device.id, false));
  const nowMs = clock.nowMs();
  if (why === null) {
    if (!active) return;
    const over = { ...active, lastHeardAtMs: nowMs };
    clear(over, nowMs);
    return book.keep(advance(over, await book.surroundings(over)));
  }
  if (active) return;
  const opening = { id: uuid(), homeId: device.homeId, label: notice, class: 'upkeep' as const, subjectId: device.id };
  const incident = open(
    { ...opening, test: false, late: false, startedAtMs: nowMs, heardAtMs: nowMs, why, reason: null },
    nowMs,
  );
  await book.add(incident);
  await book.keep(judged(incident, 'confirmed', await book.surroundings(incident)));
}

/** Called by the sweeper: finds devices without a heartbeat for ten minutes. */
export async function noticeOfflineDevices({
  database,
  clock,
  feed,
  log,
}: Pick<CloudParts, 'database' | 'clock' | 'feed' | 'log'>): Promise<void> {
  const sinceMs = clock.nowMs() - OFFLINE_AFTER_MS;
  const offline = await database.queries
    .selectFrom('devices')
    .select(['id', 'homeId', 'lastHeartbeatAtMs'])
    .where('lastHeartbeatAtMs', '<', sinceMs)
    .where('silent', '=', 0)
    .limit(200)
    .execute();
  for (const device of offline) {
    await changeHome(database, device.homeId, async (queries) => {
      const { numUpdatedRows } = await queries
        .updateTable('devices')
        .set({ silent: 1 })
        .where('id', '=', device.id)
        .where('silent', '=', 0)
        .where('lastHeartbeatAtMs', '<', sinceMs)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return;
      await settleNotice(
        queries,
        clock,
        device,
        'device_silent',
        'no report from this device for 10 minutes; check its power and network',
      );
    });
    log.warn({ homeId: device.homeId, deviceId: device.id }, 'device offline');
  }
  if (offline.length > 0) feed.wake();
}
