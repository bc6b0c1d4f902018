import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { iso } from '@earshot/shared/clock.ts';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import type { Caller } from '../homes/tokens.ts';
import { acknowledge, giveFeedback } from '../incidents/member-actions.ts';
import { stillHeard } from '../incidents/still-heard.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { PushService } from '../testing/push-service.ts';
import { TestParts } from '../testing/test-parts.ts';
import { until } from '../testing/until.ts';
import { addChannel, channelsOf } from './channels.ts';
import { ATTEMPT_MS, Dispatcher, type SentNotification } from './dispatcher.ts';
import { LEASE_MS, NotificationOutbox } from './notification-outbox.ts';
import { ActionLinks } from './action-links.ts';
import type { Notifier } from './notifier.ts';
import { NtfyNotifier } from './ntfy.ts';
import { WebPushNotifier } from './web-push.ts';

describe('the dispatcher with a real push service and a real ntfy server', () => {
  let home: TestParts;
  let hall: Caller;
  let push: PushService;
  const ntfy = new HttpSink();
  const sent: SentNotification[] = [];
  let stop: AbortController;
  let loops: Promise<void>[];

  beforeEach(async () => {
    home = await TestParts.open();
    hall = await home.pair('device', 'Hall');
    push = new PushService(() => home.parts.vapid.publicKey);
    await push.start();
    await ntfy.start();
    ntfy.received.length = 0;
    ntfy.answer = (response) => response.writeHead(204).end();
    sent.length = 0;
    stop = new AbortController();
    loops = [];
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(loops);
    await Promise.all([push.stop(), ntfy.stop()]);
    await home[Symbol.asyncDispose]();
  });

  const ntfyNotifier = () => new NtfyNotifier(null, new ActionLinks(home.parts.keys), home.clock);
  const dispatcher = () => {
    const notifiers = [new WebPushNotifier(home.parts.vapid, push.ca), ntfyNotifier()] as Notifier[];
    loops.push(new Dispatcher(home.parts, notifiers, (what) => sent.push(what)).run(stop.signal));
  };
  const add = (request: ChannelRequest) => addChannel(home.parts, home.owner, request);
  const addNtfy = () => add({ kind: 'ntfy', url: `${ntfy.url}/topic` });
  const alarm = async () => home.verdict(await home.report(hall, 'smoke_alarm'), 'confirmed');
  const channels = async () =>
    (await channelsOf(home.parts.database.queries, home.owner.id)).map(({ kind, state }) => `${kind} ${state}`);

  test('an alarm is delivered once, to the first channel, even when two dispatchers run', async () => {
    await add(push.subscribe());
    await addNtfy();
    dispatcher();
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    await until('the alarm is delivered', () => sent.length > 0);
    await home.clock.advance(30_000);
    expect(push.received.map(({ body }) => [body.step, body.title])).toEqual([['opened', 'Smoke alarm · Hall']]);
    expect(ntfy.received).toEqual([]);
    expect(sent).toMatchObject([{ step: 'opened', channel: 'webpush' }]);
  });

  test('after "false alert", an unsent glass alert is dropped; an unsent smoke alert is still sent, followed by "false alert"', async () => {
    const ben = await home.pair('member', 'Ben');
    await addChannel(home.parts, ben, { kind: 'ntfy', url: `${ntfy.url}/ben` });
    for (const label of ['glass_break', 'smoke_alarm']) {
      await home.verdict(await home.report(hall, label), 'confirmed');
      const { id } = (await home.incidents()).at(-1)!;
      await giveFeedback(home.parts, home.owner, id, 'wrong');
    }
    dispatcher();
    await home.clock.advance(1_000);
    await until('"false alert" is sent', () => sent.some(({ step }) => step === 'marked_false:0'));
    const messages = ntfy.received.map(({ body }) => JSON.parse(body) as { title: string; priority: number });
    expect(messages.map(({ title, priority }) => [title, priority])).toEqual([
      ['Smoke alarm · Hall', 5],
      ['False alert: Smoke alarm · Hall', 3],
    ]);
  });

  test('a waiting reminder is not sent after its alarm was marked as false, even if the acknowledgement is undone', async () => {
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.verdict(candidateId, 'confirmed');
    await home.pass(2 * 60_000, { device: hall, candidateId });
    const [alert] = await home.incidents();
    await giveFeedback(home.parts, home.owner, alert!.id, 'wrong');
    await acknowledge(home.parts, home.owner, alert!.id, false);
    const due = await new NotificationOutbox(home.parts).take(20);
    expect(due.map(({ row, isOutdated }) => [row.step, isOutdated])).toEqual([
      ['opened', false],
      ['repeat:1', true],
    ]);
  });

  test('an alarm that ended while no channel worked is later delivered once with sound, and then its all-clear', async () => {
    await add(push.subscribe());
    push.usual = { status: 500 };
    dispatcher();
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.verdict(candidateId, 'confirmed');
    await home.pass(3 * 60_000, { device: hall, candidateId });
    await home.pass(2 * 60_000);
    expect(await home.outbox()).toContain('Owner: all_clear');
    expect(sent).toEqual([]);
    await addNtfy();
    await home.clock.advance(10 * 60_000);
    await until('the alert arrived', () => ntfy.received.length > 0);
    await home.clock.advance(10 * 60_000);
    await until('the all-clear arrived', () => ntfy.received.length > 1);
    await home.clock.advance(10 * 60_000);
    expect(ntfy.received.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { title: 'Smoke alarm · Hall', priority: 5, message: expect.stringMatching(/^\d+ min ago: /) },
      {
        title: 'All clear: Smoke alarm · Hall',
        priority: 3,
        message: expect.stringMatching(/^Home: it is over\. It sounded from \d\d:\d\d to \d\d:\d\d\.$/),
      },
    ]);
  });

  test('an all-clear is not sent before its alert, even while the alert waits for its next attempt', async () => {
    await addNtfy();
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.verdict(candidateId, 'confirmed');
    await home.pass(3 * 60_000, { device: hall, candidateId });
    await home.pass(2 * 60_000);
    const outbox = new NotificationOutbox(home.parts);
    const takeAlertAndAllClear = async () =>
      (await outbox.take(20)).map(({ row }) => row).filter(({ step }) => step === 'opened' || step === 'all_clear');
    const { queries } = home.parts.database;
    const dueAtMs = home.clock.nowMs() + LEASE_MS;
    await queries.updateTable('notifications').set({ dueAtMs }).where('step', '=', 'opened').execute();
    expect(await takeAlertAndAllClear()).toEqual([]);
    await home.clock.advance(LEASE_MS);
    const [alert, ...others] = await takeAlertAndAllClear();
    expect([alert?.step, others]).toEqual(['opened', []]);
    await outbox.sent(alert!, 'ntfy');
    expect((await takeAlertAndAllClear()).map(({ step }) => step)).toEqual(['all_clear']);
  });

  test('an all-clear for two alerts names only one of them when the other has opened again before it is sent', async () => {
    const kitchen = await home.pair('device', 'Kitchen');
    const inHall = await home.report(hall, 'smoke_alarm');
    await home.verdict(inHall, 'confirmed');
    const [{ id = '' } = {}] = await home.incidents();
    await giveFeedback(home.parts, home.owner, id, 'wrong');
    const inKitchen = await home.report(kitchen, 'smoke_alarm');
    await giveFeedback(home.parts, home.owner, id, null);
    await home.verdict(inKitchen, 'confirmed');
    await home.pass(3 * 60_000, { device: kitchen, candidateId: inKitchen });
    await home.pass(2 * 60_000);
    const { queries } = home.parts.database;
    await queries.updateTable('notifications').set({ state: 'sent' }).where('step', '!=', 'all_clear').execute();
    const outbox = new NotificationOutbox(home.parts);
    const namesHall = async () => (await outbox.take(20)).map(({ row }) => row.body.includes(id));
    expect(await namesHall()).toEqual([true]);
    await stillHeard(home.parts, hall, inHall, { heardAt: iso(home.clock.nowMs()), ended: false });
    await queries.updateTable('notifications').set({ state: 'sent' }).where('step', '!=', 'all_clear').execute();
    await home.clock.advance(LEASE_MS);
    expect(await namesHall()).toEqual([false]);
  });

  test('a delayed message about a continuing alarm says how long ago the alarm began', async () => {
    await add(push.subscribe());
    push.usual = { status: 500 };
    dispatcher();
    const candidateId = await home.report(hall, 'smoke_alarm');
    await home.verdict(candidateId, 'confirmed');
    await home.pass(4 * 60_000, { device: hall, candidateId });
    await addNtfy();
    await home.pass(5 * 60_000, { device: hall, candidateId });
    await until('the new channel is used', () => ntfy.received.length > 0);
    const messages = ntfy.received.map(({ body }) => JSON.parse(body) as { title: string; message: string });
    expect(messages.find(({ title }) => title === 'Smoke alarm · Hall')?.message).toMatch(/^\d+ min ago: /);
  });

  test('a push subscription that no longer exists (HTTP 410) is removed, and the next channel is used at once', async () => {
    await add(push.subscribe());
    await addNtfy();
    push.usual = { status: 410 };
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    await until('ntfy is called', () => sent.length === 1);
    expect(ntfy.received).toHaveLength(1);
    expect(await channels()).toEqual(['ntfy ok']);
  });

  test.each([
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '20' } }],
    ['503', { status: 503 }],
  ])(
    'when push answers %s, push is marked as failing and the second channel is used, until push works again',
    async (_, answer) => {
      await add(push.subscribe());
      await addNtfy();
      push.answers = [answer];
      dispatcher();
      await alarm();
      await home.clock.advance(1_000);
      await until('ntfy is called', () => sent.length === 1);
      expect(await channels()).toEqual(['webpush failing', 'ntfy ok']);
      await home.pass(2 * 60_000 + 5_000); // Advance the time until the reminder is due.
      await home.clock.advance(1_000);
      await until(
        'the reminder is delivered',
        () => sent.some(({ step }) => step === 'repeat:1') || sent.some(({ step }) => step === 'all_clear'),
      );
      expect(sent.at(-1)?.channel).toBe('webpush');
      expect(await channels()).toEqual(['webpush ok', 'ntfy ok']);
    },
  );

  test('when the only channel fails, it is tried again after the time in Retry-After, and the alarm is not lost', async () => {
    await add(push.subscribe());
    push.answers = [{ status: 429, headers: { 'retry-after': '20' } }];
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    await until('the first attempt is refused', async () => (await channels())[0] === 'webpush failing');
    await home.clock.advance(18_000);
    expect(push.attempts).toBe(1);
    await home.clock.advance(10_000);
    await until('the alarm is delivered', () => sent.length === 1);
    expect(push.received).toHaveLength(1);
  });

  test('a channel that failed for ten minutes gets all notifications once it works again', async () => {
    await addNtfy();
    ntfy.answer = (response) => response.writeHead(500).end();
    dispatcher();
    await alarm();
    for (let minute = 0; minute < 10; minute++) {
      await home.clock.advance(60_000);
      await sleep(20); // Wait in real time for the attempt's round trip over the network.
    }
    const attempts = ntfy.received.length;
    expect(attempts).toBeGreaterThan(3);
    expect(attempts).toBeLessThan(20);
    ntfy.answer = (response) => response.writeHead(204).end();
    await home.clock.advance(90_000);
    await until('the alarm is delivered', () => sent.length === 1);
    expect(await channels()).toEqual(['ntfy ok']);
    // The id is the same at each attempt, so that a receiver can recognise a repetition.
  });

  test('a member without channels gets no message, and the notification counts as shown in the app', async () => {
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    await until('the notification is marked as shown in the app', () => sent.length === 1);
    expect(sent[0]?.channel).toBe('app');
  });

  test.each([404, 410])(
    'an ntfy server that answers %s once is not removed, and gets the alarm at the next attempt',
    async (status) => {
      await addNtfy();
      ntfy.answer = (response) => {
        ntfy.answer = (next) => next.writeHead(204).end();
        response.writeHead(status).end();
      };
      dispatcher();
      await alarm();
      await home.clock.advance(1_000);
      await until('the first try fails', async () => (await channels()).includes('ntfy failing'));
      expect(sent).toEqual([]);
      await home.clock.advance(3_000);
      await until('the alarm is delivered', () => sent.length === 1);
      expect(sent).toMatchObject([{ step: 'opened', channel: 'ntfy' }]);
      expect(await channels()).toEqual(['ntfy ok']);
    },
  );

  test('a channel whose Retry-After header asks for a month is tried again after a minute', async () => {
    await addNtfy();
    ntfy.answer = (response) => {
      ntfy.answer = (next) => next.writeHead(204).end();
      response.writeHead(503, { 'retry-after': '2592000' }).end();
    };
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    await until('the first try fails', async () => (await channels()).includes('ntfy failing'));
    await home.clock.advance(61_000);
    await until('the alarm is delivered', () => sent.length === 1);
  });

  test('when eight channels hang, the ninth channel delivers the alarm once, within ten seconds', async () => {
    for (let at = 0; at < 9; at++) await add({ kind: 'ntfy', url: `${ntfy.url}/${at}/topic` });
    ntfy.answer = (response, { path }) => {
      if (path === '/8') response.writeHead(204).end();
    };
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    const startedAtMs = performance.now();
    await until('the alarm is delivered', () => sent.length === 1);
    expect(performance.now() - startedAtMs).toBeLessThan(ATTEMPT_MS);
    await home.clock.advance(LEASE_MS);
    await home.clock.advance(LEASE_MS);
    expect(ntfy.received.filter(({ path }) => path === '/8')).toHaveLength(1);
  });

  test('a notification that a killed process had leased is sent by another process 15 s later', async () => {
    await addNtfy();
    await alarm();
    expect(await new NotificationOutbox(home.parts).take(10)).toHaveLength(1);
    dispatcher();
    await home.clock.advance(14_000);
    expect(sent).toEqual([]);
    await home.clock.advance(3_000);
    await until('the alarm is delivered', () => sent.length === 1);
  });

  test('an attempt that lasts longer than its lease extends the lease, so no other process sends the notification', async () => {
    await addNtfy();
    let answer: () => void = () => undefined;
    ntfy.answer = (response) => (answer = () => response.writeHead(204).end());
    dispatcher();
    await alarm();
    await home.clock.advance(1_000);
    await until('the first process sends', () => ntfy.received.length === 1);
    dispatcher();
    for (let s = 0; s < 30; s++) {
      await home.clock.advance(1_000);
      // Wait in real time until the extended lease is written to the database.
      await sleep(5);
    }
    answer();
    await until('the alarm is delivered', () => sent.length === 1);
    expect(ntfy.received).toHaveLength(1);
  });
});
