import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { v7 as uuid } from 'uuid';
import { takeHeartbeat } from '../homes/devices.ts';
import { changeSettings, createHome } from '../homes/homes.ts';
import { patchMember } from '../homes/members.ts';
import type { Caller } from '../homes/tokens.ts';
import { changeHomes } from '../store/home-transaction.ts';
import { addChannel } from '../notify/channels.ts';
import { TestParts } from '../testing/test-parts.ts';
import { type IncidentRecord, type Notice, open } from './incident.ts';
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

  test('a notification to an escalation level goes to the members of that level; a notification to "notified" goes to everybody notified before', async () => {
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

  test('in quiet hours a security notification is due when they end, a safety notification at once', async () => {
    await changeSettings(home.parts, hall.homeId, { quietHours: { from: '11:00', to: '13:00' } }, null);
    await keep(await incident('glass_break'), 'opened');
    await keep(await incident('smoke_alarm'), 'opened');
    const dueAfterMs = (await notifications()).map(({ dueAtMs }) => dueAtMs - home.clock.nowMs());
    expect(dueAfterMs).toEqual([3_600_000, 0]);
  });

  test('an undelivered notification expires after 12 hours for a security sound, after 24 hours for a safety sound', async () => {
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

  test('a test of an alarm does not join a real alarm', async () => {
    const { lastHeardAtMs } = await incident('smoke_alarm');
    const around = { label: 'smoke_alarm', test: true, fromMs: lastHeardAtMs, toMs: lastHeardAtMs };
    expect(await inBook((book) => book.findAround(hall.homeId, around))).toEqual([]);
  });

  test('the surroundings of an alarm (the data that its next step depends on) include the other active alarms of its sound, except those marked as false', async () => {
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

  test('the active alerts of a sound are found oldest first, without tests and without alerts about a device', async () => {
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
    // This device never sent a heartbeat, so missing heartbeats do not mean that it stopped working.
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

/** An open incident as IncidentBook would store it, although no device reported it. */
function newIncident(label: string, given: Partial<IncidentRecord> = {}): IncidentRecord {
  const nowMs = home.clock.nowMs();
  const { homeId = hall.homeId, subjectId = '' } = given;
  const times = { late: false, startedAtMs: nowMs, heardAtMs: nowMs, why: 'three beeps', reason: null };
  const opening = { id: uuid(), homeId, label, class: labelInfo(label).class, subjectId, test: false, ...times };
  return { ...open(opening, nowMs), ...given };
}

async function stored(label: string, given: Partial<IncidentRecord> = {}): Promise<IncidentRecord> {
  const made = newIncident(label, given);
  await inBook((book) => book.add(made));
  return made;
}

const firstBody = ([first]: readonly { body: string }[]): NotificationBody =>
  NotificationBody.parse(JSON.parse(first?.body ?? 'null'));
const idsOf = (incidents: readonly IncidentRecord[]): string[] => incidents.map(({ id }) => id);
/** Stores an incident that is over and that people were notified of `agoMs` ago. */
async function notifiedBefore(agoMs: number, label: string, given: Partial<IncidentRecord> = {}): Promise<void> {
  const toldAtMs = home.clock.nowMs() - agoMs;
  const made = await stored(label, { activeKey: null, state: 'cleared', toldAtMs, ...given });
  await keep(made, made.class === 'upkeep' ? 'upkeep' : 'opened');
  await home.parts.database.queries
    .updateTable('notifications')
    .set({ state: 'sent' })
    .where('incidentId', '=', made.id)
    .execute();
}

describe('finding incidents', () => {
  test('an open incident is found by the key of its home and sound', async () => {
    const { id, activeKey } = await stored('smoke_alarm');
    await stored('glass_break');
    expect(await inBook((book) => book.findActive(activeKey!))).toMatchObject({ id });
    expect(await inBook((book) => book.findActive('another key'))).toBeUndefined();
  });

  test('several incidents are found by their ids, the oldest first', async () => {
    const [first, second] = [await stored('smoke_alarm'), await stored('glass_break')];
    await stored('door');
    expect(idsOf(await inBook((book) => book.findAll([second.id, first.id])))).toEqual([first.id, second.id]);
  });

  test('a late report finds the incidents of its sound at that time, the newest first, even incidents that are over', async () => {
    const atMs = home.clock.nowMs();
    const around = { label: 'glass_break', test: false, fromMs: atMs, toMs: atMs };
    const glass = (given: Partial<IncidentRecord>) => stored('glass_break', { activeKey: null, ...given });
    const over = await glass({ state: 'cleared', startedAtMs: atMs - 90_000, lastHeardAtMs: atMs - 60_000 });
    const later = await glass({ startedAtMs: atMs + 60_000, lastHeardAtMs: atMs + 90_000 });
    await glass({ startedAtMs: atMs + 60_001, lastHeardAtMs: atMs + 90_000 });
    await glass({ verdict: 'rejected' });
    await glass({ subjectId: hall.id });
    await stored('smoke_alarm');
    const elsewhere = await createHome(home.parts, 'Elsewhere', 'UTC');
    await glass({ homeId: elsewhere.homeId });
    expect(idsOf(await inBook((book) => book.findAround(hall.homeId, around)))).toEqual([later.id, over.id]);
  });
});

describe('the surroundings of an incident (the data that its next step depends on)', () => {
  test('contain the escalation levels in ascending order, each once', async () => {
    for (const escalation of [2, 1, 1]) {
      const { id } = await home.pair('member', 'Neighbour');
      await home.parts.database.queries.updateTable('members').set({ escalation }).where('id', '=', id).execute();
    }
    const smoke = await stored('smoke_alarm');
    expect((await inBook((book) => book.surroundings(smoke))).levels).toEqual([0, 1, 2]);
  });

  test('count the devices as live while one of two still sends heartbeats', async () => {
    const smoke = await incident('smoke_alarm');
    await home.report(await home.pair('device', 'Kitchen'), 'smoke_alarm');
    const beat = (atMs: number, room: string) =>
      home.parts.database.queries
        .updateTable('devices')
        .set({ lastHeartbeatAtMs: atMs })
        .where('room', '=', room)
        .execute();
    const nowMs = home.clock.nowMs();
    await beat(nowMs, 'Hall');
    await beat(nowMs - HEARTBEAT_GOOD_MS, 'Kitchen');
    expect((await inBook((book) => book.surroundings(smoke))).devicesLive).toBe(true);
    await beat(nowMs - HEARTBEAT_GOOD_MS, 'Hall');
    expect((await inBook((book) => book.surroundings(smoke))).devicesLive).toBe(false);
  });

  test('contain no other alerts for a sound that is not a smoke or CO alarm', async () => {
    const glass = await stored('glass_break');
    expect((await inBook((book) => book.surroundings(glass))).others).toEqual([]);
  });

  test('count the devices as live when no device has ever sent a heartbeat', async () => {
    const smoke = await stored('smoke_alarm');
    expect(await inBook((book) => book.surroundings(smoke))).toMatchObject({
      nowMs: home.clock.nowMs(),
      devicesLive: true,
    });
  });
});

describe('two alerts of one alarm that change in one call', () => {
  /**
   * Changes two active smoke alerts one after the other. Returns their ids, and the other alerts that each change saw.
   */
  async function seenOthers(change: Partial<IncidentRecord>) {
    const alerts = [await stored('smoke_alarm', { activeKey: 'a' }), await stored('smoke_alarm', { activeKey: 'b' })];
    const seen: { id: string; toldAtMs: number | null }[][] = [];
    const changes = await inBook((book) =>
      book.changeAll(alerts, (alert, { others }) => {
        seen.push(others.map(({ id, toldAtMs }) => ({ id, toldAtMs })));
        return { incident: { ...alert, ...change }, notices: [OPENED] };
      }),
    );
    expect(changes).toEqual(alerts.map((alert) => ({ incident: { ...alert, ...change }, notices: [OPENED] })));
    return { ids: idsOf(alerts), seen };
  }

  test('the second change sees the first alert as the first change left it', async () => {
    const { ids, seen } = await seenOthers({ toldAtMs: 7 });
    expect(seen).toEqual([[{ id: ids[1], toldAtMs: null }], [{ id: ids[0], toldAtMs: 7 }]]);
  });

  test('the second change no longer sees the first alert when the first change ended it', async () => {
    const { ids, seen } = await seenOthers({ activeKey: null });
    expect(seen).toEqual([[{ id: ids[1], toldAtMs: null }], []]);
  });
});

describe('changes without notices', () => {
  test('a change updates the incident and notifies nobody', async () => {
    const smoke = await stored('smoke_alarm');
    await home.clock.advance(1_000);
    await keep({ ...smoke, state: 'acknowledged', acknowledgedBy: home.home.ownerId });
    expect(await inBook((book) => book.find(hall.homeId, smoke.id))).toEqual({
      ...smoke,
      state: 'acknowledged',
      acknowledgedBy: home.home.ownerId,
      updatedAtMs: home.clock.nowMs(),
    });
    expect(await notifications()).toEqual([]);
  });

  test('changes to several incidents update each of them', async () => {
    const [smoke, glass] = [await stored('smoke_alarm'), await stored('glass_break')];
    const changes = [
      { incident: { ...smoke, verdict: 'confirmed' as const }, notices: [] },
      { incident: { ...glass, verdict: 'unverified' as const }, notices: [] },
    ];
    await inBook((book) => book.keep(...changes));
    const after = await inBook((book) => book.findAll([smoke.id, glass.id]));
    expect(after.map(({ verdict }) => verdict)).toEqual(['confirmed', 'unverified']);
  });

  test('an empty list of changes does nothing', async () => {
    await expect(inBook((book) => book.keep())).resolves.toBeUndefined();
  });
});

describe('notifications in the outbox', () => {
  const reasonsOf = async ({ id }: IncidentRecord) =>
    (await notifications())
      .filter(({ incidentId }) => incidentId === id)
      .map(({ notSent }) => JSON.parse(notSent ?? 'null') as unknown);
  const states = async () =>
    (await notifications()).flatMap(({ step, state }) => (state === 'sent' ? [] : `${step} ${state}`));

  test('a new notification is pending, with a rank for the urgency of its class', async () => {
    await keep(await stored('glass_break'), 'opened');
    expect(await notifications()).toEqual([
      expect.objectContaining({
        homeId: hall.homeId,
        rank: 1,
        state: 'pending',
        createdAtMs: home.clock.nowMs(),
        leaseUntilMs: 0,
        attempts: 0,
        sentAtMs: null,
        sentBy: null,
        lastError: null,
      }),
    ]);
  });

  test('notifications that are stored together are read in the order in which they were added', async () => {
    const steps = Array.from({ length: 12 }, (_, n) => `repeat:${n}`);
    await keep(await stored('smoke_alarm'), ...steps);
    expect((await notifications()).map(({ step }) => step)).toEqual(steps);
  });

  test('the notification of an alarm test is due at once, also in quiet hours', async () => {
    await changeSettings(home.parts, hall.homeId, { quietHours: { from: '11:00', to: '13:00' } }, null);
    await keep(await stored('glass_break', { test: 1 }), 'test');
    expect((await notifications()).map(({ dueAtMs }) => dueAtMs)).toEqual([home.clock.nowMs()]);
  });

  test('the title names the room of each device once, and a device without a room by its own name', async () => {
    const glass = await incident('glass_break');
    const second = await home.pair('device', 'Hall');
    const third = await home.pair('device', 'Box 3');
    await home.parts.database.queries.updateTable('devices').set({ room: '' }).where('id', '=', third.id).execute();
    for (const device of [second, third]) await home.report(device, 'glass_break');
    await keep(glass, 'opened');
    expect(firstBody(await notifications())).toMatchObject({
      title: 'Breaking glass · Hall and Box 3',
      step: 'opened',
    });
  });

  test('the title of a notification about a device names the room of the device', async () => {
    await keep(await stored('microphone_deaf', { class: 'upkeep', subjectId: hall.id }), 'upkeep');
    expect(firstBody(await notifications())).toMatchObject({ title: 'Microphone hears nothing · Hall' });
  });

  test.each([
    [(id: string) => id, 'Home: Owner marked it'],
    [() => null, 'Home: a member marked it'],
  ])('the text about a false alert names the member who marked it', async (feedbackBy, text) => {
    await keep(await stored('smoke_alarm', { feedbackBy: feedbackBy(home.home.ownerId) }), 'marked_false');
    expect(firstBody(await notifications()).body).toContain(text);
  });

  describe('when a member marks an alert as false', () => {
    const correct = (kept: IncidentRecord, step: string, to: Notice['to']) =>
      inBook((book) => book.keep({ incident: kept, notices: [{ step, to }] }));
    const corrected = async () =>
      (await notifications()).filter(({ step }) => step === 'marked_false').map(({ memberId }) => memberId);
    let ann: Caller;
    beforeEach(async () => void (ann = await home.pair('member', 'Ann')));

    test('everybody who was notified of a safety alert is informed, except the member who marked it', async () => {
      const smoke = await stored('smoke_alarm');
      await keep(smoke, 'opened');
      await correct(smoke, 'marked_false', { notifiedExcept: ann.id });
      expect(await corrected()).toEqual([home.home.ownerId]);
    });

    test('only members whom a security alert has reached are informed', async () => {
      const glass = await stored('glass_break');
      await keep(glass, 'opened');
      await home.parts.database.queries
        .updateTable('notifications')
        .set({ state: 'sent' })
        .where('memberId', '=', ann.id)
        .execute();
      await correct(glass, 'marked_false', { notifiedExcept: 'nobody' });
      expect(await corrected()).toEqual([ann.id]);
    });

    test('nobody is informed of a security alert that has reached nobody', async () => {
      const glass = await stored('glass_break');
      await keep(glass, 'opened');
      await correct(glass, 'marked_false', { notifiedExcept: ann.id });
      expect(await corrected()).toEqual([]);
    });
  });

  describe('the all-clear of an alert', () => {
    const allClear = (...ended: readonly IncidentRecord[]) =>
      inBook((book) =>
        book.keep(
          ...ended.map((each) => ({
            incident: each,
            notices: [{ step: 'all_clear', to: 'withoutAllClear' as const }],
          })),
        ),
      );
    const outbox = async (from: number) => (await home.outbox()).slice(from);
    let smoke: IncidentRecord;
    let beside: IncidentRecord;
    beforeEach(async () => {
      const ann = await home.pair('member', 'Ann');
      await patchMember(home.parts, home.owner, ann.id, { escalation: 1 });
      smoke = await stored('smoke_alarm', { activeKey: 'first' });
      beside = await stored('smoke_alarm', { activeKey: 'second' });
      await keep(smoke, 'opened');
      await inBook((book) => book.keep({ incident: smoke, notices: [{ step: 'escalated:1', to: { level: 1 } }] }));
      await keep(beside, 'opened');
    });

    test('goes to members who were notified of the alert, unless another alert of the sound has sent them an all-clear since', async () => {
      await allClear(beside);
      expect(await outbox(3)).toEqual(['Owner: all_clear']);
      await allClear(smoke);
      expect(await outbox(4)).toEqual(['Ann: all_clear']);
    });

    test('goes to each member once when several alerts end together', async () => {
      await allClear(smoke, beside);
      expect((await outbox(3)).sort()).toEqual(['Ann: all_clear', 'Owner: all_clear']);
    });

    test('goes again to members who were notified of the sound since their last all-clear; a "false alert" notification does not count', async () => {
      await allClear(beside);
      await inBook((book) => book.keep({ incident: smoke, notices: [{ step: 'marked_false:0', to: 'notified' }] }));
      const before = (await home.outbox()).length;
      await allClear(smoke);
      expect(await outbox(before)).toEqual(['Ann: all_clear']);
      const third = await stored('smoke_alarm', { activeKey: 'third' });
      await keep(third, 'opened');
      await allClear(third);
      expect(await outbox(before + 1)).toEqual(['Owner: opened', 'Owner: all_clear']);
    });

    test('is separate for each sound, and for tests and real alarms', async () => {
      const carbon = await stored('co_alarm');
      const tested = await stored('smoke_alarm', { test: 1 });
      for (const each of [carbon, tested]) await keep(each, 'opened');
      await allClear(carbon, tested);
      await allClear(beside);
      expect((await outbox(5)).sort()).toEqual(['Owner: all_clear', 'Owner: all_clear', 'Owner: all_clear']);
    });

    test('is returned by draft() once for each member when several alerts end together', async () => {
      const ended = [smoke, beside].map((incident) => ({
        incident,
        notices: [{ step: 'all_clear', to: 'withoutAllClear' as const }],
      }));
      expect(await inBook((book) => book.draft(ended))).toHaveLength(2);
    });
  });

  describe('the cool-down after a reported incident', () => {
    const FIVE_MINUTES_MS = 5 * 60_000;

    test.each([
      [FIVE_MINUTES_MS - 1, 'opened suppressed'],
      [FIVE_MINUTES_MS, 'opened pending'],
    ])('a notification %i ms after another one of the same sound is stored as: %s', async (agoMs, state) => {
      await notifiedBefore(agoMs, 'glass_break');
      await keep(await stored('glass_break', { toldAtMs: home.clock.nowMs() }), 'opened');
      expect(await states()).toEqual([state]);
    });

    test('is not prolonged by a suppressed incident', async () => {
      await notifiedBefore(FIVE_MINUTES_MS - 1, 'glass_break');
      await keep(await stored('glass_break', { activeKey: null, toldAtMs: home.clock.nowMs() }), 'opened');
      expect(await states()).toEqual(['opened suppressed']);
      await home.clock.advance(1);
      await keep(await stored('glass_break', { toldAtMs: home.clock.nowMs() }), 'opened');
      expect(await states()).toEqual(['opened suppressed', 'opened pending']);
    });

    test('is not started by another sound, another home or a test of an alarm', async () => {
      const elsewhere = await createHome(home.parts, 'Elsewhere', 'UTC');
      await notifiedBefore(1_000, 'door');
      await notifiedBefore(1_000, 'glass_break', { homeId: elsewhere.homeId });
      await notifiedBefore(1_000, 'glass_break', { test: 1 });
      await notifiedBefore(1_000, 'glass_break', { toldAtMs: null });
      await keep(await stored('glass_break', { toldAtMs: home.clock.nowMs() }), 'opened');
      expect(await states()).toEqual(['opened pending']);
    });

    test('does not suppress safety alerts and tests of alarms', async () => {
      await notifiedBefore(1_000, 'smoke_alarm');
      await notifiedBefore(1_000, 'glass_break');
      await keep(await stored('smoke_alarm'), 'opened');
      await keep(await stored('glass_break', { test: 1 }), 'opened');
      expect(await states()).toEqual(['opened pending', 'opened pending']);
    });

    test('suppresses an upkeep notice, too', async () => {
      await notifiedBefore(1_000, 'low_battery_chirp');
      await keep(await stored('low_battery_chirp'), 'upkeep');
      expect(await states()).toEqual(['upkeep suppressed']);
    });

    test('suppresses only the first notification of an incident, not its updates', async () => {
      await notifiedBefore(1_000, 'glass_break');
      await keep(await stored('glass_break'), 'opened', 'update:confirmed');
      expect(await states()).toEqual(['opened suppressed', 'update:confirmed pending']);
    });

    test('starts with the first of two incidents that open together, and does not affect other sounds and homes', async () => {
      const elsewhere = await createHome(home.parts, 'Elsewhere', 'UTC');
      const opened = [
        await stored('glass_break', { activeKey: null }),
        await stored('glass_break', { activeKey: null }),
        await stored('door'),
        await stored('glass_break', { homeId: elsewhere.homeId }),
      ];
      const changes = opened.map((each) => ({ incident: each, notices: [OPENED] }));
      await changeHomes(home.parts.database, [hall.homeId, elsewhere.homeId], (queries) =>
        new IncidentBook(queries, home.clock).keep(...changes),
      );
      const byId = new Map((await notifications()).map(({ incidentId, state }) => [incidentId, state]));
      expect(opened.map(({ id }) => byId.get(id))).toEqual(['pending', 'suppressed', 'pending', 'pending']);
    });

    test('a sound that is set to "not now" notifies nobody, but other sounds do', async () => {
      const inAnHour = new Date(home.clock.nowMs() + 3_600_000).toISOString();
      await changeSettings(home.parts, hall.homeId, { notNow: { glass_break: inAnHour } }, null);
      await keep(await stored('glass_break'), 'opened');
      await keep(await stored('door'), 'opened');
      expect(await states()).toEqual(['opened suppressed', 'opened pending']);
    });

    test('is stored as the reason why a notification is not sent, with the time at which the sound was reported', async () => {
      await notifiedBefore(60_000, 'glass_break');
      const glass = await stored('glass_break');
      await keep(glass, 'opened');
      const reportedAt = new Date(home.clock.nowMs() - 60_000).toISOString();
      expect(await reasonsOf(glass)).toEqual([{ because: 'cool_down', reportedAt }]);
    });

    test('is not stored as the reason when the sound is set to "not now", because this setting is the reason then', async () => {
      await notifiedBefore(60_000, 'glass_break');
      const inAnHour = new Date(home.clock.nowMs() + 3_600_000).toISOString();
      await changeSettings(home.parts, hall.homeId, { notNow: { glass_break: inAnHour } }, null);
      const glass = await stored('glass_break');
      await keep(glass, 'opened');
      expect(await reasonsOf(glass)).toEqual([{ because: 'not_now' }]);
    });
  });

  test('a notification that will be sent is stored without a reason for not sending it', async () => {
    const glass = await stored('glass_break');
    await keep(glass, 'opened');
    expect(await reasonsOf(glass)).toEqual([null]);
  });

  test('draft() returns the notifications that keep() would store, and stores nothing', async () => {
    const smoke = await stored('smoke_alarm');
    const drafted = await inBook((book) => book.draft([{ incident: smoke, notices: [OPENED] }]));
    expect(await notifications()).toEqual([]);
    await keep(smoke, 'opened');
    const [kept] = await notifications();
    expect(drafted).toEqual([{ ...kept, id: expect.any(String) }]);
  });

  test('draft() ignores the cool-down', async () => {
    await notifiedBefore(1_000, 'glass_break');
    const glass = await stored('glass_break');
    const drafted = await inBook((book) => book.draft([{ incident: glass, notices: [OPENED] }]));
    expect(drafted.map(({ state }) => state)).toEqual(['pending']);
  });
});

describe('events for automations', () => {
  const events = () => home.parts.database.queries.selectFrom('automationEvents').selectAll().orderBy('id').execute();
  const hook = (caller = home.owner) =>
    addChannel(home.parts, caller, { kind: 'webhook', url: 'https://example.org/hook', secret: 'a long secret' });

  test('are written for each step of an incident and each webhook of the home, in the order of the steps', async () => {
    await hook();
    await addChannel(home.parts, home.owner, { kind: 'ntfy', url: 'https://ntfy.example.org/topic' });
    const smoke = await stored('smoke_alarm');
    await keep(smoke, 'opened', 'repeat:1');
    const nowMs = home.clock.nowMs();
    expect(await events()).toMatchObject(
      ['opened', 'repeat:1'].map((step) => ({
        homeId: hall.homeId,
        incidentId: smoke.id,
        step,
        dueAtMs: nowMs,
        expiresAtMs: nowMs + 24 * 3_600_000,
        leaseUntilMs: 0,
      })),
    );
    expect(firstBody(await events())).toMatchObject({ incidentId: smoke.id, step: 'opened', title: 'Smoke alarm' });
  });

  test('are not written again when a step is stored twice', async () => {
    await hook();
    const smoke = await stored('smoke_alarm');
    await keep(smoke, 'opened');
    await keep(smoke, 'opened', 'repeat:1');
    expect((await events()).map(({ step }) => step)).toEqual(['opened', 'repeat:1']);
  });

  test('do not wait for the end of quiet hours or of the cool-down', async () => {
    await notifiedBefore(1_000, 'glass_break');
    await hook();
    await changeSettings(home.parts, hall.homeId, { quietHours: { from: '11:00', to: '13:00' } }, null);
    await keep(await stored('glass_break'), 'opened');
    expect((await events()).map(({ dueAtMs }) => dueAtMs)).toEqual([home.clock.nowMs()]);
  });

  test('are not written for a change without notices', async () => {
    await hook();
    await keep(await stored('smoke_alarm'));
    expect(await events()).toEqual([]);
  });

  test("go only to the webhooks of the incident's own home", async () => {
    const elsewhere = await createHome(home.parts, 'Elsewhere', 'UTC');
    await hook({ kind: 'member', homeId: elsewhere.homeId, id: elsewhere.ownerId, tokenHash: '' });
    const [here, there] = [await stored('smoke_alarm'), await stored('smoke_alarm', { homeId: elsewhere.homeId })];
    await changeHomes(home.parts.database, [hall.homeId, elsewhere.homeId], (queries) =>
      new IncidentBook(queries, home.clock).keep(
        ...[here, there].map((each) => ({ incident: each, notices: [OPENED] })),
      ),
    );
    expect((await events()).map(({ incidentId, homeId }) => [incidentId, homeId])).toEqual([
      [there.id, elsewhere.homeId],
    ]);
  });
});

test('withdrawing the all-clear of an alert removes it for members and for automations, but keeps its other steps and the all-clear of another alert', async () => {
  await addChannel(home.parts, home.owner, {
    kind: 'webhook',
    url: 'https://example.org/hook',
    secret: 'a long secret',
  });
  const [smoke, carbon] = [await stored('smoke_alarm'), await stored('co_alarm')];
  for (const alert of [smoke, carbon]) await keep(alert, 'opened', 'all_clear');
  await inBook((book) => book.withdrawAllClear(smoke.id));
  for (const table of ['notifications', 'automationEvents'] as const) {
    const rows = await home.parts.database.queries.selectFrom(table).selectAll().orderBy('id').execute();
    expect(rows.map(({ incidentId, step }) => [incidentId, step])).toEqual([
      [smoke.id, 'opened'],
      [carbon.id, 'opened'],
      [carbon.id, 'all_clear'],
    ]);
  }
});

describe('live streams to the app', () => {
  const changes = async () =>
    (await home.parts.database.queries.selectFrom('changes').select(['homeId', 'event']).execute()).map(
      ({ homeId, event }) => ({ homeId, ...(JSON.parse(event) as object) }),
    );
  const watch = (untilMs: number) =>
    home.parts.database.queries.updateTable('homes').set({ watchedUntilMs: untilMs }).execute();

  test('get an incident while the app is open', async () => {
    const smoke = await stored('smoke_alarm', { verdict: 'confirmed' });
    await watch(home.clock.nowMs());
    await keep(smoke);
    expect(await changes()).toEqual([{ homeId: hall.homeId, type: 'incident', id: smoke.id }]);
  });

  test('do not get an incident that is still being verified', async () => {
    const [glass, smoke] = [await stored('glass_break'), await stored('smoke_alarm', { verdict: 'unverified' })];
    await watch(home.clock.nowMs());
    await inBook((book) => book.keep(...[glass, smoke].map((each) => ({ incident: each, notices: [] }))));
    expect(await changes()).toMatchObject([{ id: smoke.id }]);
  });

  test('get nothing after the app was closed', async () => {
    const smoke = await stored('smoke_alarm', { verdict: 'confirmed' });
    await watch(home.clock.nowMs() - 1);
    await keep(smoke);
    expect(await changes()).toEqual([]);
  });
});
