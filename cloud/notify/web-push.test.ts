import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { ServerKeys } from '../keys/server-keys.ts';
import { PushService } from '../testing/push-service.ts';
import type { Notice } from './notifier.ts';
import { testNotification } from './test-notification.ts';
import { WebPushNotifier } from './web-push.ts';

const vapid = { ...new ServerKeys('a secret of thirty-two characters').vapid(), subject: 'mailto:ops@example.test' };
const notice = (): Notice => ({
  id: uuid(),
  body: { ...testNotification('Home', Date.now()), title: 'Smoke alarm · Küche' },
  memberId: '01900000-0000-7000-8000-000000000000',
  homeName: 'Home',
  urgency: 'high',
  ttlS: 600,
});
const soon = () => AbortSignal.timeout(5_000);

describe('Web Push over TLS', () => {
  const service = new PushService(() => vapid.publicKey);
  let notifier: WebPushNotifier;
  beforeAll(async () => {
    await service.start();
    notifier = new WebPushNotifier(vapid, service.ca);
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    service.received.length = 0;
    service.answers = [];
  });

  test('the browser can decrypt the message and recognises the server by its VAPID key', async () => {
    const sent = notice();
    expect(await notifier.send(service.subscribe(), sent, soon())).toEqual({ outcome: 'delivered' });
    expect(service.received[0]?.body).toEqual(sent.body);
    expect(service.received[0]?.headers).toMatchObject({ urgency: 'high', ttl: '600' });
  });

  test('messages of one incident share a topic, so that while a phone is off the second message replaces the first', async () => {
    const [first, other] = [notice(), notice()];
    const target = service.subscribe();
    for (const each of [first, { ...first, id: uuid() }, other]) await notifier.send(target, each, soon());
    const topics = service.received.map(({ headers }) => String(headers.topic));
    expect(topics[0]).toMatch(/^[\w-]{1,32}$/);
    expect(topics[1]).toBe(topics[0]);
    expect(topics[2]).not.toBe(topics[0]);
  });

  test.each([
    [410, {}, { outcome: 'gone' }],
    [404, {}, { outcome: 'gone' }],
    [429, { 'retry-after': '7' }, { outcome: 'retry', afterMs: 7_000 }],
    [503, {}, { outcome: 'retry', afterMs: null }],
    [403, {}, { outcome: 'refused' }],
  ])('an answer with HTTP status %i and headers %j gives the outcome %j', async (status, headers, delivery) => {
    service.answers = [{ status, headers }];
    expect(await notifier.send(service.subscribe(), notice(), soon())).toMatchObject(delivery);
  });

  test('nothing is sent to a push service whose certificate is not trusted', async () => {
    const before = service.attempts;
    expect(await new WebPushNotifier(vapid).send(service.subscribe(), notice(), soon())).toMatchObject({
      outcome: 'retry',
    });
    expect(service.attempts).toBe(before);
  });

  test('a subscription with invalid keys is refused without a request', async () => {
    const target = { ...service.subscribe(), keys: { p256dh: 'x', auth: 'y' } };
    expect(await notifier.send(target, notice(), soon())).toMatchObject({ outcome: 'refused' });
  });
});
