import type { AlarmTest, AlarmTestRequest } from '@earshot/shared/contracts/alarm-tests.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Selectable } from 'kysely';
import { settleNotice } from '../incidents/device-notices.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import type { Caller } from './tokens.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;

/** A reminder to test the alarms is due when the last test with a device, or its pairing, was this long ago. */
const REMIND_AFTER_MS = 30 * 86_400_000;

/** The last test of each alarm on each device, newest first. */
export async function listAlarmTests(queries: Queries, homeId: string): Promise<AlarmTest[]> {
  const rows = await queries
    .selectFrom('alarmTests')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('atMs', 'desc')
    .execute();
  return rows.map(viewOf);
}

/**
 * Stores what a device measured in a test of an alarm. It replaces an earlier test of the same alarm with the same device.
 */
export async function keepAlarmTest(parts: Parts, member: Caller, request: AlarmTestRequest): Promise<AlarmTest> {
  const { database, clock, feed } = parts;
  const { incidentId, deviceId, aboveRoomDb } = request;
  const row = await changeHome(database, member.homeId, async (queries) => {
    const heard = await queries
      .selectFrom('candidates')
      .innerJoin('incidents', 'incidents.id', 'candidates.incidentId')
      .select(['candidates.body', 'candidates.label', 'candidates.registeredAtMs'])
      .where('candidates.homeId', '=', member.homeId)
      .where('candidates.incidentId', '=', incidentId)
      .where('candidates.deviceId', '=', deviceId)
      .where('incidents.test', '=', 1)
      .orderBy('candidates.registeredAtMs')
      .executeTakeFirst();
    if (!heard) throw new EarshotError('NOT_FOUND', 'test');
    const { startedAt, detectedAt } = Candidate.parse(JSON.parse(heard.body));
    const test = {
      homeId: member.homeId,
      deviceId,
      label: heard.label,
      atMs: heard.registeredAtMs,
      heardAfterMs: Math.max(0, Date.parse(detectedAt) - Date.parse(startedAt)),
      // The device's clock may be ahead of the cloud's clock, but a delay is never negative.
      reportedAfterMs: Math.max(0, heard.registeredAtMs - Date.parse(detectedAt)),
      aboveRoomDb,
    };
    await queries
      .insertInto('alarmTests')
      .values(test)
      .onConflict((conflict) => conflict.columns(['deviceId', 'label']).doUpdateSet(test))
      .execute();
    await settleNotice(queries, clock, { id: deviceId, homeId: member.homeId }, 'alarm_test_due', null);
    return test;
  });
  feed.wake();
  return viewOf(row);
}

/** Says why a reminder to test the alarms with this device is due. Null when none is due. */
export async function testDue(
  queries: Queries,
  device: { id: string; createdAtMs: number },
  nowMs: number,
): Promise<string | null> {
  const last = await queries
    .selectFrom('alarmTests')
    .select((e) => e.fn.max('atMs').as('atMs'))
    .where('deviceId', '=', device.id)
    .executeTakeFirst();
  const days = Math.floor((nowMs - (last?.atMs ?? device.createdAtMs)) / 86_400_000);
  if (days * 86_400_000 < REMIND_AFTER_MS) return null;
  return last?.atMs ? `the last test was ${days} days ago` : `no alarm has been tested here for ${days} days`;
}

const viewOf = (row: Omit<Selectable<Schema['alarmTests']>, 'homeId'>): AlarmTest => ({
  deviceId: row.deviceId,
  label: row.label,
  at: new Date(row.atMs).toISOString(),
  heardAfterS: row.heardAfterMs / 1000,
  reportedAfterS: row.reportedAfterMs / 1000,
  aboveRoomDb: row.aboveRoomDb,
});
