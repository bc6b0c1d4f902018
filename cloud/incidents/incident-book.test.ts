import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { takeHeartbeat } from '../homes/devices.ts';
import { changeSettings } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import { v7 as uuid } from 'uuid';
import { changeHomes } from '../store/home-transaction.ts';
import { TestParts } from '../testing/test-parts.ts';
import type { IncidentRecord } from './incident.ts';
import { HEARTBEAT_GOOD_MS, IncidentBook } from './incident-book.ts';

const OPENED = { step: 'opened', to: { level: 0 } };

let home: TestParts;
let hall: Caller;
beforeEach(async () => {
  home = await TestParts.open(Date.UTC(2026, 0, 1, 12));
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

const inBook = <T>(work: (book: IncidentBook) => Promise<T>): Promise<T> =>
  changeHomes(home.parts.database, [hall.homeId], (queries) => work(new IncidentBook(queries, home.clock)));
/** An incident that a device's report has just opened, before anybody was notified. */
async function incident(label: string): Promise<IncidentRecord> {
  const id = await home.report(hall, label);
  return home.parts.database.queries
    .selectFrom('incidents')
    .innerJoin('candidates', 'candidates.incidentId', 'incidents.id')
    .selectAll('incidents')
    .where('candidates.id', '=', id)
    .executeTakeFirstOrThrow();
}
const notifications = () => home.parts.database.queries.selectFrom('notifications').selectAll().orderBy('id').execute();
const keep = (kept: IncidentRecord, ...steps: string[]) =>
  inBook((book) => book.keep({ incident: kept, notices: steps.map((step) => ({ ...OPENED, step })) }));

describe('the incident book', () => {
  test('an incident and a notification for each recipient are written in one transaction', async () => {
    const smoke = await incident('smoke_alarm');
    await keep({ ...smoke, verdict: 'confirmed', toldAtMs: home.clock.nowMs() }, 'opened');
    expect(await notifications()).toMatchObject([
      {
        incidentId: smoke.id,
        memberId: home.home.ownerId,
        step: 'opened',
        state: 'pending',
        dueAtMs: home.clock.nowMs(),
      },
    ]);
    expect(await inBook((book) => book.find(hall.homeId, smoke.id))).toMatchObject({
      verdict: 'confirmed',
      updatedAtMs: home.clock.nowMs(),
    });
  });

  test('a notification step that is stored twice exists only once', async () => {
    const smoke = await incident('smoke_alarm');
    await keep(smoke, 'opened');
    await keep(smoke, 'opened', 'repeat:1');
    expect((await notifications()).map(({ step }) => step)).toEqual(['opened', 'repeat:1']);
  });

  test('a notification to an escalation level goes to its people; one to "notified" goes to everybody who was notified before', async () => {
    const neighbour = await home.pair('member', 'Neighbour');
    await home.parts.database.queries
      .updateTable('members')
      .set({ escalation: 1 })
      .where('id', '=', neighbour.id)
      .execute();
    const smoke = await incident('smoke_alarm');
    const kept = (step: string, to: { level: number } | 'notified') =>
      inBook((book) => book.keep({ incident: smoke, notices: [{ step, to }] }));
    await kept('opened', { level: 0 });
    await kept('escalated', { level: 1 });
    await kept('all_clear', 'notified');
    const sent = (await notifications()).map(({ step, memberId }) => `${step} ${memberId === neighbour.id ? 1 : 0}`);
    expect(sent.slice(0, 2)).toEqual(['opened 0', 'escalated 1']);
    expect(sent.slice(2).sort()).toEqual(['all_clear 0', 'all_clear 1']);
  });

  test('in quiet hours a security notice is due in the morning, a safety notice at once', async () => {
    await changeSettings(home.parts, hall.homeId, { quietHours: { from: '11:00', to: '13:00' } }, null);
    await keep(await incident('glass_break'), 'opened');
    await keep(await incident('smoke_alarm'), 'opened');
    const dueAfterMs = (await notifications()).map(({ dueAtMs }) => dueAtMs - home.clock.nowMs());
    expect(dueAfterMs).toEqual([3_600_000, 0]);
  });

  test('an undelivered notice expires: security after 12 hours, safety after a day', async () => {
    await keep(await incident('glass_break'), 'opened');
    await keep(await incident('smoke_alarm'), 'opened');
    const hours = (await notifications()).map(({ expiresAtMs }) => (expiresAtMs - home.clock.nowMs()) / 3_600_000);
    expect(hours).toEqual([12, 24]);
  });

  test('an incident is found only in its own home', async () => {
    const smoke = await incident('smoke_alarm');
    expect(await inBook((book) => book.find('another home', smoke.id))).toBeUndefined();
    expect(await inBook((book) => book.find(hall.homeId, smoke.id))).toMatchObject({ id: smoke.id });
  });

  test.each([
    [60_000, true],
    [61_000, false],
  ])('a sound that began %i ms after the end of an incident joins that incident: %s', async (afterMs, isJoined) => {
    const smoke = await incident('smoke_alarm');
    const fromMs = smoke.lastHeardAtMs + afterMs;
    const around = { label: 'smoke_alarm', test: false, fromMs, toMs: fromMs + 1_000 };
    const found = await inBook((book) => book.findAround(hall.homeId, around));
    expect(found.map(({ id }) => id)).toEqual(isJoined ? [smoke.id] : []);
  });

  test('a test of the alarms is not joined to a real alarm', async () => {
    const { lastHeardAtMs } = await incident('smoke_alarm');
    const around = { label: 'smoke_alarm', test: true, fromMs: lastHeardAtMs, toMs: lastHeardAtMs };
    expect(await inBook((book) => book.findAround(hall.homeId, around))).toEqual([]);
  });

  test('the surroundings of an alarm name the other active alarms of its sound that are not marked as false', async () => {
    const smoke = await incident('smoke_alarm');
    const beside = async (given: Partial<IncidentRecord>) => {
      const id = uuid();
      await inBook((book) => book.add({ ...smoke, activeKey: id, ...given, id }));
      return id;
    };
    const ids = [await beside({ toldAtMs: 7 }), await beside({ feedback: 'right' })];
    await beside({ activeKey: null });
    await beside({ feedback: 'wrong' });
    await beside({ test: 1 });
    await beside({ label: 'co_alarm' });
    const othersOf = async (one: IncidentRecord) => (await inBook((book) => book.surroundings(one))).others;
    expect((await othersOf(smoke)).map(({ id }) => id).sort()).toEqual(ids);
    expect((await othersOf(smoke)).map(({ toldAtMs }) => toldAtMs).sort()).toEqual([7, null]);
    expect(await othersOf({ ...smoke, test: 1 })).toEqual([]);
    expect(await othersOf({ ...smoke, class: 'security' })).toEqual([]);
  });

  test('the active alerts of a sound are found oldest first, without tests and alerts about a device', async () => {
    const smoke = await incident('smoke_alarm');
    const [first, second, third] = [uuid(), uuid(), uuid()];
    await inBook((book) =>
      book.add(
        { ...smoke, activeKey: second, id: second },
        { ...smoke, activeKey: first, id: first },
        { ...smoke, activeKey: third, id: third, test: 1 },
        { ...smoke, activeKey: null, id: uuid() },
        { ...smoke, activeKey: 'subject', id: uuid(), subjectId: hall.id },
      ),
    );
    const found = async (test: number) =>
      (await inBook((book) => book.findSounding({ ...smoke, test }))).map(({ id }) => id);
    expect([await found(0), await found(1)]).toEqual([[smoke.id, first, second], [third]]);
  });

  test('an incident shows whether a device that detected it still sends heartbeats', async () => {
    const smoke = await incident('smoke_alarm');
    const isLive = async () => (await inBook((book) => book.surroundings(smoke))).devicesLive;
    // This device never sent a heartbeat, so the absence of heartbeats proves nothing.
    expect(await isLive()).toBe(true);
    await takeHeartbeat(home.parts, hall, {
      software: '0.1.0',
      release: '2026-01-01.1',
      releaseState: { state: 'running', message: null },
      labels: [],
      uptimeS: 1,
      settingsVersion: 1,
      sources: [],
      hears: [],
      outbox: { records: 0, bytes: 0, full: false, corrupt: 0 },
      cpuPercent: 0,
      rssMb: 80,
      gateSavedPercent: 0,
    });
    await home.clock.advance(HEARTBEAT_GOOD_MS - 1);
    expect(await isLive()).toBe(true);
    await home.clock.advance(1);
    expect(await isLive()).toBe(false);
  });
});
