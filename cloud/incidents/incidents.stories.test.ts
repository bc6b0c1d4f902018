import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { changeSettings, settingsOf } from '../homes/homes.ts';
import { patchMember } from '../homes/members.ts';
import type { Caller } from '../homes/tokens.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { TestParts } from '../testing/test-parts.ts';
import { acknowledge, giveFeedback } from './member-actions.ts';
import { Registrar } from './registrar.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
describe('a home in fake time, on a real database', () => {
  let home: TestParts;
  let hall: Caller;
  beforeEach(async () => {
    home = await TestParts.open(Date.UTC(2026, 0, 1, 3));
    hall = await home.pair('device', 'Hall');
  });
  afterEach(() => home[Symbol.asyncDispose]());

  test('a smoke alarm of half an hour is one incident: reported, repeated, escalated to the next person, acknowledged, all-clear', async () => {
    const ben = await home.pair('member', 'Ben');
    await patchMember(home.parts, home.owner, ben.id, { escalation: 1 });
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.pass(2 * SECOND);
    await home.verdict(candidateId, 'confirmed');
    await home.pass(5.5 * MINUTE, { device: hall, candidateId });
    const [open] = await home.incidents();
    await acknowledge(home.parts, ben, open?.id ?? '', true);
    await home.pass(24.5 * MINUTE, { device: hall, candidateId });
    await home.pass(2 * MINUTE);
    expect(await home.outbox()).toEqual([
      'Owner: opened',
      'Owner: repeat:1',
      'Owner: repeat:2',
      'Ben: escalated:1',
      'Owner: all_clear',
      'Ben: all_clear',
    ]);
    expect(await home.incidents()).toMatchObject([
      { state: 'cleared', acknowledged: { by: 'Ben' }, verdict: 'confirmed' },
    ]);
  });

  test('"false alert" of one member stops the reminders of all and informs the others; an alarm of another label still rings', async () => {
    const ben = await home.pair('member', 'Ben');
    const cleo = await home.pair('member', 'Cleo');
    await patchMember(home.parts, home.owner, cleo.id, { escalation: 1 });
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.verdict(candidateId, 'confirmed');
    const [open] = await home.incidents();
    await giveFeedback(home.parts, ben, open?.id ?? '', 'wrong');
    await home.pass(10 * MINUTE, { device: hall, candidateId });
    expect(await home.outbox()).toEqual(['Owner: opened', 'Ben: opened', 'Owner: marked_false:0']);
    expect(await home.incidents()).toMatchObject([
      { state: 'acknowledged', acknowledged: { by: 'Ben' }, feedback: { verdict: 'wrong', by: 'Ben' } },
    ]);
    await home.verdict(await home.report(hall, 'co_alarm'), 'confirmed');
    expect((await home.outbox()).slice(3)).toEqual(['Owner: opened', 'Ben: opened']);
  });

  test('"false alert" about breaking glass also informs a member whose alert is being sent at that moment, but no member whose alert still waits', async () => {
    const ben = await home.pair('member', 'Ben');
    await home.pair('member', 'Cleo');
    await home.verdict(await home.report(hall, 'glass_break'), 'confirmed');
    await home.parts.database.queries
      .updateTable('notifications')
      .set({ leaseUntilMs: home.clock.nowMs() + 15 * SECOND })
      .where('memberId', '=', ben.id)
      .execute();
    const [open] = await home.incidents();
    await giveFeedback(home.parts, home.owner, open?.id ?? '', 'wrong');
    expect((await home.outbox()).slice(3)).toEqual(['Ben: marked_false:0']);
  });

  test('when several devices detect the same alarm there is one incident, which names their rooms', async () => {
    const kitchen = await home.pair('device', 'Kitchen');
    const [first, second] = await Promise.all([home.report(hall, 'smoke_alarm'), home.report(kitchen, 'smoke_alarm')]);
    await Promise.all([home.verdict(first, 'confirmed'), home.verdict(second, 'confirmed')]);
    const incidents = await home.incidents();
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.devices.map(({ name }) => name)).toEqual(['Hall', 'Kitchen']);
    expect(incidents[0]?.summary).toContain('Hall and Kitchen');
    expect(await home.outbox()).toEqual(['Owner: opened']);
  });

  test('a rejected candidate of one device does not end an alarm that another device still detects', async () => {
    const kitchen = await home.pair('device', 'Kitchen');
    const [first, second] = [await home.report(hall, 'smoke_alarm'), await home.report(kitchen, 'smoke_alarm')];
    await home.verdict(first, 'rejected');
    expect(await home.incidents()).toMatchObject([{ state: 'open', verdict: 'pending' }]);
    await home.verdict(second, 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: opened']);
  });

  test('an alarm whose first group of beeps was rejected rings at once when its second group is confirmed', async () => {
    await home.verdict(await home.report(hall, 'smoke_alarm'), 'rejected');
    await home.pass(4 * SECOND);
    const again = await home.report(hall, 'smoke_alarm');
    await home.pass(SECOND);
    await home.verdict(again, 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: opened']);
    await home.pass(MINUTE, { device: hall, candidateId: again });
    expect((await home.incidents()).map(({ verdict, state }) => [verdict, state])).toEqual([
      ['rejected', 'cleared'],
      ['confirmed', 'open'],
    ]);
  });

  test('an alarm rings at once when its second group of beeps is confirmed, before or after the first group is rejected', async () => {
    const [first, again] = [await home.report(hall, 'smoke_alarm'), await home.report(hall, 'smoke_alarm')];
    await home.verdict(first, 'rejected');
    expect(await home.outbox()).toEqual([]);
    await home.verdict(again, 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: opened']);
    const [third, fourth] = [await home.report(hall, 'co_alarm'), await home.report(hall, 'co_alarm')];
    await home.verdict(fourth, 'confirmed');
    await home.verdict(third, 'rejected');
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: opened']);
  });

  test('an alarm without a verdict is reported 10 s after its first group of beeps that was not rejected', async () => {
    const first = await home.report(hall, 'smoke_alarm');
    await home.pass(4 * SECOND);
    await home.report(hall, 'smoke_alarm');
    await home.pass(6 * SECOND);
    expect(await home.outbox()).toEqual(['Owner: opened']);
    await home.verdict(first, 'rejected');
    expect(await home.outbox()).toEqual(['Owner: opened']);
    await home.verdict(await home.report(hall, 'co_alarm'), 'rejected');
    await home.report(hall, 'co_alarm');
    await home.pass(9 * SECOND);
    expect(await home.outbox()).toEqual(['Owner: opened']);
    await home.pass(SECOND);
    expect(await home.outbox()).toEqual(['Owner: opened', 'Owner: opened']);
  });

  test('a second verdict for a candidate changes nothing, even if it contradicts the first', async () => {
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.verdict(candidateId, 'confirmed');
    await home.verdict(candidateId, 'confirmed');
    await home.verdict(candidateId, 'rejected');
    expect(await home.outbox()).toEqual(['Owner: opened']);
    expect(await home.incidents()).toMatchObject([{ verdict: 'confirmed' }]);
  });

  test('a candidate that is sent twice is stored once', async () => {
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.report(hall, 'smoke_alarm', { id: candidateId });
    expect((await home.incidents())[0]?.evidence).toHaveLength(1);
  });

  test('a safety sound is reported after 10 s when its clip does not arrive, and at once when it has no clip', async () => {
    await home.report(hall, 'co_alarm', { clip: null });
    expect(await home.outbox()).toEqual(['Owner: opened']);
    expect(await home.incidents()).toMatchObject([{ verdict: 'unverified', evidence: [{ clip: null }] }]);
  });

  test('a clip that does not arrive is given up as missing, but is verified if it arrives later', async () => {
    const clip = home.clip;
    const candidate = makeCandidate('glass_break', clip);
    await new Registrar(home.parts).register(hall, candidate);
    await home.pass(25 * MINUTE);
    const evidence = async () => (await home.incidents())[0]?.evidence[0];
    expect(await evidence()).toMatchObject({ verdict: 'unverified', clip: { state: 'missing' } });
    expect(await home.outbox()).toEqual([]);
    await home.report(hall, 'glass_break', { ...candidate });
    await home.verdict(candidate.id, 'confirmed');
    expect(await evidence()).toMatchObject({ verdict: 'confirmed', clip: { state: 'stored' } });
    expect(await home.outbox()).toEqual(['Owner: opened']);
  });

  test('a deleted sound without a clip does not come back when the device sends it again', async () => {
    const id = await home.report(hall, 'co_alarm', { clip: null });
    const [incident] = await home.incidents();
    await deleteIncidents(home.parts, hall.homeId, [incident?.id ?? '']);
    await home.report(hall, 'co_alarm', { id, clip: null });
    expect(await home.incidents()).toEqual([]);
  });

  test('candidates that arrive late after an outage form one incident, which is reported once as a late one', async () => {
    const anHourAgo = new Date(home.clock.nowMs() - 60 * MINUTE).toISOString();
    for (let n = 0; n < 12; n++) {
      const id = await home.report(hall, 'smoke_alarm', { late: true, startedAt: anHourAgo, detectedAt: anHourAgo });
      await home.verdict(id, 'confirmed');
      await home.pass(SECOND);
    }
    expect(await home.outbox()).toEqual(['Owner: opened']);
    expect(await home.incidents()).toMatchObject([{ late: true, startedAt: anHourAgo, state: 'cleared' }]);
  });

  test('in quiet hours breaking glass is reported in the morning, a smoke alarm at once', async () => {
    await changeSettings(home.parts, home.home.homeId, { quietHours: { from: '22:00', to: '07:30' } }, null);
    for (const label of ['glass_break', 'smoke_alarm']) await home.verdict(await home.report(hall, label), 'confirmed');
    const due = await home.parts.database.queries
      .selectFrom('notifications')
      .select(['rank', 'dueAtMs'])
      .orderBy('rank')
      .execute();
    expect(due).toEqual([
      { rank: 0, dueAtMs: home.clock.nowMs() },
      { rank: 1, dueAtMs: Date.UTC(2026, 0, 1, 7, 30) },
    ]);
    expect((await home.incidents()).map(({ notSent }) => notSent)).toEqual([
      { because: 'quiet_hours', until: '2026-01-01T07:30:00.000Z' },
      null,
    ]);
  });

  test('a second glass break within the five-minute cool-down is shown in the app but notifies nobody; smoke has no cool-down', async () => {
    for (const label of ['glass_break', 'smoke_alarm']) {
      await home.verdict(await home.report(hall, label), 'confirmed');
      await home.pass(90 * SECOND);
      await home.verdict(await home.report(hall, label), 'confirmed');
    }
    expect((await home.outbox()).filter((line) => line.includes('opened'))).toEqual([
      'Owner: opened',
      'Owner: opened (suppressed)',
      'Owner: opened',
      'Owner: opened',
    ]);
    const reportedAt = '2026-01-01T03:00:00.000Z';
    expect((await home.incidents()).map(({ notSent }) => notSent)).toEqual([
      null,
      { because: 'cool_down', reportedAt },
      null,
      null,
    ]);
  });

  test('when panes of a home are broken every four minutes, every second break notifies (the cool-down lasts five minutes)', async () => {
    for (let pane = 0; pane < 4; pane++) {
      await home.verdict(await home.report(hall, 'glass_break'), 'confirmed');
      await home.pass(4 * MINUTE);
    }
    expect(await home.outbox()).toEqual([
      'Owner: opened',
      'Owner: opened (suppressed)',
      'Owner: opened',
      'Owner: opened (suppressed)',
    ]);
  });

  test('a smoke alarm that sounds while the home tests its alarms is reported as a test', async () => {
    const until = new Date(home.clock.nowMs() + 10 * MINUTE).toISOString();
    await changeSettings(home.parts, home.home.homeId, { testingUntil: until }, null);
    await home.verdict(await home.report(hall, 'smoke_alarm'), 'confirmed');
    await home.pass(6 * MINUTE);
    expect(await home.outbox()).toEqual(['Owner: test']);
    await home.pass(6 * MINUTE);
    await home.verdict(await home.report(hall, 'smoke_alarm'), 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: test', 'Owner: opened']);
  });

  test('a sound that is set to "not now" goes to the history and alerts nobody until the set time', async () => {
    const { parts } = home;
    const { homeId } = home.home;
    const inAnHour = new Date(home.clock.nowMs() + 60 * MINUTE).toISOString();
    await changeSettings(parts, homeId, { notNow: { glass_break: inAnHour } }, null);
    await changeSettings(parts, homeId, { mode: 'away' }, null);
    await home.verdict(await home.report(hall, 'glass_break'), 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: opened (suppressed)']);
    expect(await home.incidents()).toMatchObject([{ notSent: { because: 'not_now' } }]);
    await home.pass(61 * MINUTE);
    await home.verdict(await home.report(hall, 'glass_break'), 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: opened (suppressed)', 'Owner: opened']);
  });

  test.each([
    ['a smoke alarm', 'smoke_alarm', 60 * MINUTE],
    ['glass for two days', 'glass_break', 48 * 60 * MINUTE],
  ])('the setting "not now" is refused for %s', async (_, label, ms) => {
    const until = new Date(home.clock.nowMs() + ms).toISOString();
    const change = async () => changeSettings(home.parts, home.home.homeId, { notNow: { [label]: until } }, null);
    await expect(change()).rejects.toMatchObject({ code: 'SETTING_INVALID' });
  });

  test('testing mode lasts a day at most: a later end is refused, and has no effect if it is already stored', async () => {
    const { parts } = home;
    const { homeId } = home.home;
    const until = new Date(Date.UTC(2099, 0, 1)).toISOString();
    const change = async () => changeSettings(parts, homeId, { testingUntil: until }, null);
    await expect(change()).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    const body = JSON.stringify({ ...(await settingsOf(parts.database.queries, homeId)), testingUntil: until });
    await parts.database.queries.updateTable('settings').set({ body }).where('homeId', '=', homeId).execute();
    await home.verdict(await home.report(hall, 'smoke_alarm'), 'confirmed');
    expect(await home.outbox()).toEqual(['Owner: opened']);
  });

  test('many candidates of one noisy window form one incident, whose page lists only the first and newest sounds', async () => {
    for (let n = 0; n < 70; n++) await home.report(hall, 'glass_break');
    const [incident] = await home.incidents();
    expect(incident?.evidence).toHaveLength(60);
    const lanes = await home.parts.database.queries
      .selectFrom('jobs')
      .select('lane')
      .distinct()
      .orderBy('lane')
      .execute();
    expect(lanes).toEqual([{ lane: 1 }, { lane: 2 }]);
  });
});
