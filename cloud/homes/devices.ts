import type { Selectable } from 'kysely';
import { Heartbeat, type HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { HEARTBEAT_GOOD_MS } from '../incidents/incident-book.ts';
import { NOTICES, noticesOf, settleNotice } from '../incidents/device-notices.ts';
import { listenersOf } from '../drop-in/listeners.ts';
import { mayListen } from '../drop-in/permission.ts';
import { publish } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { settleLostAlarms } from '../rooms/lost-alarms.ts';
import { offersOf } from '../taught-sounds/kept-taught.ts';
import { noteRecording, recordOrderOf } from '../taught-sounds/record-order.ts';
import { testDue } from './alarm-tests.ts';
import { settingsOf } from './homes.ts';
import { requireOwner } from './roles.ts';
import { currentOrder } from './kept-siren-order.ts';
import { type Caller, revokeTokensOf } from './tokens.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;
type HeartbeatParts = Parts & Pick<CloudParts, 'rollout'>;
type DeviceRow = Selectable<Schema['devices']>;

/**
 * A heartbeat that changes nothing is stored only this often. A million homes send one every 5 s, and frequent writes wear out the flash
 * disk of a small box.
 */
const WRITE_EVERY_MS = 20_000;

/**
 * Interval of the heartbeats while the app is open and a member may start to listen live, or has ordered a recording. Live sound must begin
 * within 3 s of a tap, so the device must get the order within 1 s.
 */
const SOON_S = 1;

export async function takeHeartbeat(
  parts: HeartbeatParts,
  device: Caller,
  beat: Heartbeat,
): Promise<z.infer<typeof HeartbeatAnswer>> {
  const { database, clock, feed, rollout } = parts;
  const nowMs = clock.nowMs();
  const { queries } = database;
  const [row, home, settings] = await Promise.all([
    queries.selectFrom('devices').selectAll().where('id', '=', device.id).executeTakeFirst(),
    queries.selectFrom('homes').select(['watchedUntilMs', 'taught']).where('id', '=', device.homeId).executeTakeFirst(),
    settingsOf(queries, device.homeId),
  ]);
  if (!row || !home) throw new EarshotError('NOT_FOUND', 'device');
  const isWatched = home.watchedUntilMs >= nowMs;
  const isNews = newsOf(beat) !== (row.heartbeat === null ? '' : newsOf(Heartbeat.parse(JSON.parse(row.heartbeat))));
  if (isWatched || isNews || row.silent === 1 || (row.lastHeartbeatAtMs ?? 0) <= nowMs - WRITE_EVERY_MS) {
    await changeHome(database, device.homeId, async (transaction) => {
      await transaction
        .updateTable('devices')
        .set({
          lastHeartbeatAtMs: nowMs,
          heartbeat: JSON.stringify(beat),
          silent: 0,
          release: beat.release,
          releaseState: beat.releaseState.state,
        })
        .where('id', '=', device.id)
        .execute();
      if (row.silent === 1) await settleNotice(transaction, clock, device, 'device_silent', null);
      // A change of the settings also counts as news. So this code also runs after reminders were switched off, and ends an open reminder.
      if (settings.testReminder || isNews) {
        const due = settings.testReminder ? await testDue(transaction, row, nowMs) : null;
        await settleNotice(transaction, clock, device, 'alarm_test_due', due);
      }
      if (isNews) {
        for (const [notice, why] of Object.entries(noticesOf(beat)))
          await settleNotice(transaction, clock, device, notice as keyof ReturnType<typeof noticesOf>, why);
      }
      await publish(transaction, clock, device.homeId, { type: 'device', id: device.id });
    });
    feed.wake();
  }
  const { order: record, isBusy } = recordOrderOf(row.recordOrder, nowMs);
  if (record) await noteRecording(queries, record.id);
  const isUrgent = isWatched && (isBusy || (await mayListen(queries, device.homeId, settings.dropIn)));
  return {
    now: new Date(nowMs).toISOString(),
    settings: settings.version === beat.settingsVersion ? null : settings,
    release: rollout.offerTo(device.id),
    live: isWatched,
    siren: currentOrder(row.sirenOrder, nowMs),
    ...(isUrgent ? { nextBeatS: SOON_S } : {}),
    taught: offersOf(home.taught),
    ignored: row.ignoredSha256 === null ? null : { sha256: row.ignoredSha256 },
    record,
    listeners: (await listenersOf(queries, [row], nowMs)).get(row.id) ?? [],
  };
}

/**
 * The fields of a heartbeat whose change must be shown to members, as text to compare. Levels, scores and uptime change all the time and
 * are left out.
 */
function newsOf({
  software,
  release,
  releaseState,
  settingsVersion,
  sources,
  outbox,
  siren,
  dropIn,
  silenced = [],
}: Heartbeat): string {
  const states = sources.map(({ name, state, reason }) => [name, state, reason]);
  return JSON.stringify([
    software,
    release,
    releaseState,
    settingsVersion,
    states,
    noticesOf({ sources, outbox }),
    outbox.corrupt,
    siren ?? 'none',
    dropIn ?? false,
    silenced,
  ]);
}

export async function viewDevices(
  queries: Queries,
  homeId: string,
  nowMs: number,
  ids?: readonly string[],
): Promise<DeviceView[]> {
  let rows = queries
    .selectFrom('devices')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('createdAtMs')
    .orderBy('id');
  if (ids) rows = rows.where('id', 'in', ids);
  const devices = await rows.execute();
  const listeners = await listenersOf(queries, devices, nowMs);
  return devices.map((row) => viewDevice(row, listeners.get(row.id) ?? [], nowMs));
}

function viewDevice(row: DeviceRow, listeners: string[], nowMs: number): DeviceView {
  const beat = row.heartbeat === null ? null : Heartbeat.parse(JSON.parse(row.heartbeat));
  return {
    id: row.id,
    name: row.name,
    room: row.room,
    online: row.lastHeartbeatAtMs !== null && row.lastHeartbeatAtMs > nowMs - HEARTBEAT_GOOD_MS,
    lastHeartbeatAt: row.lastHeartbeatAtMs === null ? null : new Date(row.lastHeartbeatAtMs).toISOString(),
    software: beat?.software ?? null,
    release: beat?.release ?? null,
    releaseState: beat?.releaseState ?? null,
    settingsVersion: beat?.settingsVersion ?? null,
    sources: beat?.sources ?? [],
    hears: beat?.hears ?? [],
    outboxRecords: beat?.outbox.records ?? 0,
    cpuPercent: beat?.cpuPercent ?? null,
    rssMb: beat?.rssMb ?? null,
    siren: beat?.siren ?? 'none',
    dropIn: beat?.dropIn ?? false,
    listeners,
  };
}

export async function patchDevice(
  parts: Parts,
  homeId: string,
  id: string,
  patch: { name?: string | undefined; room?: string | undefined },
): Promise<DeviceView> {
  const { database, clock, feed } = parts;
  await changeHome(database, homeId, async (queries) => {
    const set = {
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.room === undefined ? {} : { room: patch.room }),
    };
    if (Object.keys(set).length > 0)
      await queries.updateTable('devices').set(set).where('id', '=', id).where('homeId', '=', homeId).execute();
    await publish(queries, clock, homeId, { type: 'device', id });
  });
  feed.wake();
  const [view] = await viewDevices(database.queries, homeId, clock.nowMs(), [id]);
  if (!view) throw new EarshotError('NOT_FOUND', 'device');
  return view;
}

/** Removes a device: its token becomes invalid at once, notices about it end, and its alerts stay in the history. */
export async function removeDevice({ database, clock, feed }: Parts, caller: Caller, id: string): Promise<void> {
  const { homeId } = caller;
  await changeHome(database, homeId, async (queries) => {
    const { numDeletedRows } = await queries
      .deleteFrom('devices')
      .where('id', '=', id)
      .where('homeId', '=', homeId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new EarshotError('NOT_FOUND', 'device');
    await requireOwner(queries, caller);
    await revokeTokensOf(queries, id, clock.nowMs());
    for (const notice of NOTICES) await settleNotice(queries, clock, { id, homeId }, notice, null);
    // Alarms in the removed device's room are forgotten. So end the notices that other devices no longer hear these alarms.
    await settleLostAlarms(queries, clock, homeId);
    await publish(queries, clock, homeId, { type: 'members' });
  });
  feed.wake();
}
