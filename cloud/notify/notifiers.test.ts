import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { systemClock } from '@earshot/shared/clock.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { SmtpSink } from '../testing/smtp-sink.ts';
import { ServerKeys } from '../keys/server-keys.ts';
import { ActionLinks } from './action-links.ts';
import { EmailNotifier } from './email.ts';
import { retryAfterMs } from './http-attempt.ts';
import type { Notice } from './notifier.ts';
import { NtfyNotifier } from './ntfy.ts';
import { WebhookNotifier } from './webhook.ts';

const notice = (): Notice => ({
  id: uuid(),
  body: {
    incidentId: uuid(),
    step: 'opened',
    label: 'smoke_alarm',
    class: 'safety',
    verdict: 'confirmed',
    title: 'Smoke alarm · Küche',
    body: 'Three beeps of 0.5 s. Verified.',
    url: '/incidents/1',
    at: '2026-01-01T00:00:00.000Z',
    test: false,
  },
  memberId: uuid(),
  homeName: 'Home',
  urgency: 'high',
  ttlS: 60,
});
const links = new ActionLinks(new ServerKeys('a secret of thirty-two characters'));
const soon = () => AbortSignal.timeout(5_000);

describe('notifiers that send over HTTP', () => {
  const sink = new HttpSink();
  beforeEach(() => sink.start());
  afterEach(async () => {
    await sink.stop();
    sink.received.length = 0;
    sink.answer = (response) => response.writeHead(204).end();
  });

  test("a webhook's signature covers its time and body and uses the receiver's secret", async () => {
    const target = { kind: 'webhook' as const, url: `${sink.url}/hook`, secret: 'a long secret' };
    const sent = notice();
    expect(await new WebhookNotifier(systemClock).send(target, sent, soon())).toEqual({ outcome: 'delivered' });
    const [received] = sink.received;
    const headers = received?.headers ?? {};
    const body = received?.body ?? '';
    const expected = createHmac('sha256', 'a long secret')
      .update(`${String(headers['x-earshot-timestamp'])}.${body}`)
      .digest('hex');
    expect(headers['x-earshot-signature']).toBe(`sha256=${expected}`);
    expect(headers['idempotency-key']).toBe(sent.id);
    expect(JSON.parse(body)).toEqual({ id: sent.id, home: 'Home', ...sent.body });
  });

  test('a message to ntfy contains the topic, the priority and the link that a tap opens', async () => {
    const sent = notice();
    await new NtfyNotifier('https://earshot.example.test', links, systemClock).send(
      { kind: 'ntfy', url: `${sink.url}/alarm-topic`, token: 'tk_1' },
      sent,
      soon(),
    );
    expect(sink.received[0]?.headers.authorization).toBe('Bearer tk_1');
    expect(JSON.parse(sink.received[0]?.body ?? '')).toMatchObject({
      topic: 'alarm-topic',
      title: 'Smoke alarm · Küche',
      priority: 5,
      click: 'https://earshot.example.test/incidents/1',
      actions: [
        {
          action: 'http',
          label: 'Acknowledge',
          method: 'POST',
          clear: true,
          url: expect.stringMatching(/^https:\/\/earshot\.example\.test\/v1\/incidents\/[\w-]+\/acknowledge-link\?/),
        },
        { action: 'view', label: 'Listen', url: 'https://earshot.example.test/incidents/1?listen' },
      ],
    });
  });

  test('ntfy messages of an incident replace each other on the phone, except reminders, which must make a sound', async () => {
    const ntfy = new NtfyNotifier(null, links, systemClock);
    const first = notice();
    const steps = ['opened', 'opened', 'update:confirmed', 'repeat:1', 'repeat:2', 'escalated:1', 'all_clear'];
    const ids = steps.map((_, at) => `notification ${at}`);
    for (const [at, step] of steps.entries()) {
      const sent = { ...first, id: ids[at]!, body: { ...first.body, step } };
      await ntfy.send({ kind: 'ntfy', url: `${sink.url}/alarm-topic` }, sent, soon());
    }
    const { incidentId } = first.body;
    expect(sink.received.map(({ body }) => (JSON.parse(body) as { sequence_id: string }).sequence_id)).toEqual([
      incidentId,
      incidentId,
      incidentId,
      ids[3],
      ids[4],
      ids[5],
      incidentId,
    ]);
    expect(sink.received.map(({ headers }) => headers['idempotency-key'])).toEqual(ids);
  });

  test('an ntfy message has no buttons when there is nothing to acknowledge', async () => {
    const sent = notice();
    const over = { ...sent, body: { ...sent.body, step: 'all_clear' } };
    await new NtfyNotifier('https://earshot.example.test', links, systemClock).send(
      { kind: 'ntfy', url: `${sink.url}/alarm-topic` },
      over,
      soon(),
    );
    expect(JSON.parse(sink.received[0]?.body ?? '')).toMatchObject({ actions: [] });
  });

  test.each([
    [500, 'retry'],
    [429, 'retry'],
    [410, 'refused'],
    [401, 'refused'],
  ])('an HTTP answer of %i gives the outcome %s', async (status, outcome) => {
    sink.answer = (response) => response.writeHead(status).end('because');
    const target = { kind: 'webhook' as const, url: sink.url, secret: 'a long secret' };
    expect(await new WebhookNotifier(systemClock).send(target, notice(), soon())).toMatchObject({
      outcome,
      reason: `HTTP ${status}`,
    });
  });

  test('an attempt to reach a receiver that hangs ends at its time limit', async () => {
    sink.answer = () => undefined;
    const target = { kind: 'webhook' as const, url: sink.url, secret: 'a long secret' };
    expect(await new WebhookNotifier(systemClock).send(target, notice(), AbortSignal.timeout(100))).toMatchObject({
      outcome: 'retry',
    });
  });

  test('the outcome for an unreachable receiver is a retry', async () => {
    const target = { kind: 'ntfy' as const, url: 'http://127.0.0.1:9/topic' };
    expect(await new NtfyNotifier(null, links, systemClock).send(target, notice(), soon())).toMatchObject({
      outcome: 'retry',
    });
  });
});

test('a Retry-After header is read as seconds or as a date', () => {
  expect(retryAfterMs('7')).toBe(7_000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', Date.UTC(2026, 0, 1))).toBe(60_000);
  expect(retryAfterMs('soon')).toBeNull();
});

describe('the e-mail notifier', () => {
  const sink = new SmtpSink();
  let notifier: EmailNotifier;
  beforeEach(async () => {
    await sink.start();
    sink.messages.length = 0;
    sink.refusal = null;
    notifier = new EmailNotifier({ url: sink.url, from: 'earshot@example.test' }, 'https://earshot.example.test');
  });
  afterEach(async () => {
    await notifier.close();
    await sink.stop();
  });
  const target = { kind: 'email' as const, address: 'ann@example.test' };

  test('an e-mail names the sound, links to the incident, and has the same message id at a second attempt', async () => {
    const sent = notice();
    expect(await notifier.send(target, sent, soon())).toEqual({ outcome: 'delivered' });
    expect(sink.messages[0]).toContain('To: ann@example.test');
    expect(sink.messages[0]).toContain('https://earshot.example.test/incidents/1');
    expect(sink.messages[0]).toContain(`Message-ID: <${sent.id}@earshot>`);
  });

  test('an e-mail to a mailbox that does not exist is refused, and an e-mail to a full mailbox is retried', async () => {
    sink.refusal = '550 no such user';
    expect(await notifier.send(target, notice(), soon())).toMatchObject({ outcome: 'refused' });
    sink.refusal = '452 mailbox full';
    expect(await notifier.send(target, notice(), soon())).toMatchObject({ outcome: 'retry' });
  });

  test('without SMTP settings an e-mail is refused, and the reason names the missing settings', async () => {
    expect(await new EmailNotifier(null, null).send(target, notice(), soon())).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('EARSHOT_SMTP_URL'),
    });
  });
});
