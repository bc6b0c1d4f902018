import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import type { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { startTestCloud } from '../testing/test-cloud.ts';
import { ServerKeys } from '../keys/server-keys.ts';
import { ActionLinks } from './action-links.ts';
import { AddressGuard } from './address-guard.ts';
import { MqttNotifier } from './mqtt.ts';
import { NtfyNotifier } from './ntfy.ts';
import type { Notice } from './notifier.ts';
import { testNotification } from './test-notification.ts';
import { WebhookNotifier } from './webhook.ts';

const guard = new AddressGuard(false, ['localhost']);
const strict = new AddressGuard(false);
const soon = () => AbortSignal.timeout(5_000);
const notice = (): Notice => {
  const body: NotificationBody = testNotification('Home', Date.now());
  return { id: body.incidentId, body, memberId: 'ann', homeName: 'Home', urgency: 'normal', ttlS: 60 };
};

describe('a cloud that serves strangers does not connect to addresses in its own network', () => {
  const sink = new HttpSink();
  beforeAll(() => sink.start());
  afterAll(() => sink.stop());

  test.each([
    'http://127.0.0.1:80/',
    'http://10.1.2.3/',
    'http://192.168.1.1/',
    'http://172.31.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://2130706433/',
    'http://0x7f.1/',
  ])('refuses %s', (url) => {
    expect(() => strict.checkLiteral(new URL(url).hostname)).toThrow('private network');
  });

  test.each(['93.184.216.34', '[2606:2800:220:1::1]', 'example.com'])('accepts %s', (host) => {
    expect(() => strict.checkLiteral(host)).not.toThrow();
  });

  test('a webhook, ntfy or MQTT address in a private network is refused, even when a public name resolves to it', async () => {
    const port = new URL(sink.url).port;
    const results = await Promise.all([
      new WebhookNotifier(systemClock, strict).send(
        { kind: 'webhook', url: `http://localhost:${port}/`, secret: 'a long secret' },
        notice(),
        soon(),
      ),
      new NtfyNotifier(null, new ActionLinks(new ServerKeys('s'.repeat(32))), systemClock, strict).send(
        { kind: 'ntfy', url: `${sink.url}/topic` },
        notice(),
        soon(),
      ),
      new MqttNotifier(strict).send({ kind: 'mqtt', url: `mqtt://localhost:${port}`, topic: 'x' }, notice(), soon()),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'refused'));
    expect(sink.received).toEqual([]);
  });

  test('a channel connects to a private host that EARSHOT_ALLOWED_HOSTS names', async () => {
    const url = `http://localhost:${new URL(sink.url).port}/`;
    const target = { kind: 'webhook' as const, url, secret: 'a long secret' };
    expect(await new WebhookNotifier(systemClock, guard).send(target, notice(), soon())).toEqual({
      outcome: 'delivered',
    });
  });

  test('a channel does not follow redirects', async () => {
    sink.received.length = 0;
    sink.answer = (response) => response.writeHead(307, { location: `${sink.url}/inner` }).end();
    const target = { kind: 'webhook' as const, url: sink.url, secret: 'a long secret' };
    expect(await new WebhookNotifier(systemClock).send(target, notice(), soon())).toMatchObject({ outcome: 'refused' });
    expect(sink.received).toHaveLength(1);
  });

  test('the error for a failed delivery does not quote the body of the answer', async () => {
    sink.answer = (response) => response.writeHead(400).end('a password of an inner service');
    const target = { kind: 'webhook' as const, url: sink.url, secret: 'a long secret' };
    expect(await new WebhookNotifier(systemClock).send(target, notice(), soon())).toEqual({
      outcome: 'refused',
      reason: 'HTTP 400',
    });
  });
});

test.each([
  ['https://earshot.example.test', true],
  ['http://earshot.example.test', false],
])('with the public URL %s the session cookie is secure: %s', async (publicUrl, isSecure) => {
  await using server = await startTestCloud({ env: { EARSHOT_PUBLIC_URL: publicUrl } });
  const { code } = await server.cloud.firstHome.phoneCode();
  const answer = await fetch(new URL('/v1/session', server.cloud.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-earshot-app': '1' },
    body: JSON.stringify({ code, name: 'Ann' }),
  });
  expect(answer.status).toBe(200);
  expect(/; Secure/i.test(answer.headers.get('set-cookie') ?? '')).toBe(isSecure);
});
