import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Caller } from '../homes/tokens.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { TestParts } from '../testing/test-parts.ts';
import { Automations } from './automations.ts';
import { addChannel } from './channels.ts';
import type { Notifier } from './notifier.ts';
import { WebhookNotifier } from './webhook.ts';

let home: TestParts;
let hall: Caller;
let hook: HttpSink;
let automations: Automations;

beforeEach(async () => {
  home = await TestParts.open();
  hall = await home.pair('device', 'Hall');
  hook = new HttpSink();
  await hook.start();
  automations = new Automations(home.parts, [new WebhookNotifier(home.clock) as Notifier]);
  await addChannel(home.parts, home.owner, { kind: 'webhook', url: hook.url, secret: 'a long secret' });
});
afterEach(async () => {
  await hook.stop();
  await home[Symbol.asyncDispose]();
});

const alarm = async () => {
  const candidateId = await home.report(hall, 'smoke_alarm');
  await home.verdict(candidateId, 'confirmed');
  return candidateId;
};
const sendAll = async () => {
  while ((await automations.turn()) > 0);
};
const steps = () => hook.received.map(({ body }) => (JSON.parse(body) as { step: string }).step);

test('a webhook gets every event of the home in order, in addition to the notifications of its members', async () => {
  await addChannel(home.parts, home.owner, { kind: 'ntfy', url: 'https://ntfy.example.org/topic' });
  const candidateId = await alarm();
  await home.pass(2 * 60_000 + 5_000, { device: hall, candidateId });
  await home.pass(3 * 60_000);
  await sendAll();
  expect(steps()).toEqual(['opened', 'repeat:1', 'all_clear']);
});

test('an event that could not be delivered is sent again with the same id before any later event', async () => {
  hook.answer = (response) => response.writeHead(404).end();
  const candidateId = await alarm();
  await home.pass(2 * 60_000 + 5_000, { device: hall, candidateId });
  await sendAll();
  expect(steps()).toEqual(['opened']);
  hook.answer = (response) => response.writeHead(204).end();
  await home.clock.advance(60 * 60_000);
  await sendAll();
  expect(steps()).toEqual(['opened', 'opened', 'repeat:1']);
  const ids = hook.received.map(({ headers }) => headers['idempotency-key']);
  expect(ids[0]).toBe(ids[1]);
});

test('quiet hours and the cool-down do not apply to a webhook', async () => {
  for (let times = 0; times < 2; times++) {
    await home.verdict(await home.report(hall, 'glass_break'), 'confirmed');
    await home.pass(90_000);
  }
  await sendAll();
  expect(steps()).toEqual(['opened', 'opened']);
  expect(await home.outbox()).toContain('Owner: opened (suppressed)');
});

test('an event is sent only once, even when two processes run', async () => {
  await alarm();
  const other = new Automations(home.parts, [new WebhookNotifier(home.clock) as Notifier]);
  await Promise.all([automations.turn(), other.turn()]);
  await sendAll();
  expect(steps()).toEqual(['opened']);
});
