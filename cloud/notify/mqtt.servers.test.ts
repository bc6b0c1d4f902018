import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { v7 as uuid } from 'uuid';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type MqttServer, startMosquitto } from '@earshot/shared/testing/servers.ts';
import { until } from '../testing/until.ts';
import { ALERT_TYPES, MqttNotifier } from './mqtt.ts';
import type { Notice } from './notifier.ts';
import { testNotification } from './test-notification.ts';

const noticeOf = (step: string): Notice => ({
  id: uuid(),
  body: { ...testNotification('Home', Date.now()), label: 'smoke_alarm', class: 'safety', test: false, step },
  memberId: '01900000-0000-7000-8000-000000000000',
  homeName: 'Home',
  urgency: 'high',
  ttlS: 60,
});
const soon = () => AbortSignal.timeout(5_000);

describeWithServers('MQTT through a real Mosquitto', ['mosquitto'], () => {
  let broker: MqttServer;
  let listener: MqttClient;
  const notifier = new MqttNotifier();
  const heard = new Map<string, string>();
  beforeAll(async () => {
    broker = await startMosquitto();
    listener = await connectAsync(broker.url);
    listener.on('message', (topic, payload) => heard.set(topic, payload.toString()));
    await listener.subscribeAsync('#');
  });
  afterAll(async () => {
    await notifier.close();
    await listener.endAsync();
    await broker.stop();
  });
  beforeEach(() => heard.clear());
  const target = () => ({ kind: 'mqtt' as const, url: broker.url, topic: 'home/earshot' });

  test.each([
    ['opened', 'opened'],
    ['update:confirmed', 'confirmed'],
    ['repeat:3', 'repeat'],
    ['all_clear', 'all_clear'],
  ])('a notification of the step %s is published as an event of the type %s', async (step, type) => {
    const sent = noticeOf(step);
    expect(await notifier.send(target(), sent, soon())).toEqual({ outcome: 'delivered' });
    await until('the event is published', () => heard.size === 1);
    expect(JSON.parse(heard.get('home/earshot/event') ?? '')).toMatchObject({ id: sent.id, step, event_type: type });
    expect(ALERT_TYPES).toContain(type);
  });

  test('the outcome for an unreachable broker is a retry', async () => {
    expect(await notifier.send({ ...target(), url: 'mqtt://127.0.0.1:9' }, noticeOf('opened'), soon())).toMatchObject({
      outcome: 'retry',
    });
  });
});
