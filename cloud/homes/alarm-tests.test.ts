import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { TestParts } from '../testing/test-parts.ts';
import { keepAlarmTest, listAlarmTests } from './alarm-tests.ts';
import { takeHeartbeat } from './devices.ts';
import { changeSettings } from './homes.ts';
import type { Caller } from './tokens.ts';

const DAY_MS = 86_400_000;

describe('tests of alarms', () => {
  let home: TestParts;
  let hall: Caller;
  beforeEach(async () => {
    home = await TestParts.open();
    hall = await home.pair('device', 'Hall');
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const at = (ms: number) => new Date(home.clock.nowMs() + ms).toISOString();
  const heard = async (given: { test?: boolean; label?: string } = {}) => {
    const { test = true, label = 'smoke_alarm' } = given;
    await home.report(hall, label, { test, startedAt: at(-7_400), detectedAt: at(-400) });
    return (await home.incidents()).at(-1)?.id ?? '';
  };
  const keep = (incidentId: string, aboveRoomDb: number | null = 41) =>
    keepAlarmTest(home.parts, home.owner, { incidentId, deviceId: hall.id, aboveRoomDb });
  const list = () => listAlarmTests(home.parts.database.queries, home.home.homeId);
  let version = 0;
  const beat = () => takeHeartbeat(home.parts, hall, makeHeartbeat({ settingsVersion: ++version }));
  const notices = async () =>
    (await home.incidents()).filter(({ label }) => label === 'alarm_test_due').map(({ state }) => state);

  test('a test of an alarm records how soon the alarm was detected and reported, and how loud it was', async () => {
    expect(await keep(await heard())).toMatchObject({
      label: 'smoke_alarm',
      heardAfterS: 7,
      reportedAfterS: 0.4,
      aboveRoomDb: 41,
    });
  });

  test('only the last test of each alarm on each device is kept', async () => {
    await keep(await heard(), 41);
    await home.pass(10 * 60_000);
    await keep(await heard(), 30);
    await keep(await heard({ label: 'co_alarm' }), null);
    expect((await list()).map(({ label, aboveRoomDb }) => [label, aboveRoomDb]).sort()).toEqual([
      ['co_alarm', null],
      ['smoke_alarm', 30],
    ]);
  });

  test('a real alarm cannot be stored as a test', async () => {
    await expect(keep(await heard({ test: false }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a test of another home is not found', async () => {
    const incidentId = await heard();
    const stranger = { ...home.owner, homeId: '01900000-0000-7000-8000-000000000000' };
    const request = { incidentId, deviceId: hall.id, aboveRoomDb: null };
    await expect(keepAlarmTest(home.parts, stranger, request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('after 30 days without a detected test, a home gets one reminder if it has reminders switched on', async () => {
    await home.clock.advance(31 * DAY_MS);
    await beat();
    expect(await notices()).toEqual([]);
    await changeSettings(home.parts, home.home.homeId, { testReminder: true }, null);
    await beat();
    await beat();
    expect(await notices()).toEqual(['open']);
    await keep(await heard());
    await beat();
    expect(await notices()).toEqual(['cleared']);
    await home.clock.advance(31 * DAY_MS);
    await beat();
    expect(await notices()).toEqual(['cleared', 'open']);
    await changeSettings(home.parts, home.home.homeId, { testReminder: false }, null);
    await beat();
    expect(await notices()).toEqual(['cleared', 'cleared']);
  });
});
