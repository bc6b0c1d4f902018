import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { v7 as uuid } from 'uuid';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type MqttServer, startMosquitto } from '@earshot/shared/testing/servers.ts';
import { until } from '../testing/until.ts';
import { MqttNotifier } from './mqtt.ts';
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

  test('an alert is an event, a state that stays, and a sensor that Home Assistant finds by itself', async () => {
    const sent = noticeOf('opened');
    expect(await notifier.send(target(), sent, soon())).toEqual({ outcome: 'delivered' });
    await until('all three are there', () => heard.size === 3);
    expect(JSON.parse(heard.get('home/earshot/event') ?? '')).toMatchObject({ id: sent.id, step: 'opened' });
    expect(heard.get('home/earshot/smoke_alarm/state')).toBe('ON');
    expect(JSON.parse(heard.get('homeassistant/binary_sensor/home_earshot/smoke_alarm/config') ?? '')).toMatchObject({
      device_class: 'smoke',
      state_topic: 'home/earshot/smoke_alarm/state',
    });
  });

  test('the all-clear switches the sensor off', async () => {
    await notifier.send(target(), noticeOf('all_clear'), soon());
    await until('the state is there', () => heard.has('home/earshot/smoke_alarm/state'));
    expect(heard.get('home/earshot/smoke_alarm/state')).toBe('OFF');
  });

  test('a broker that is not there is worth another try', async () => {
    expect(await notifier.send({ ...target(), url: 'mqtt://127.0.0.1:9' }, noticeOf('opened'), soon())).toMatchObject({
      outcome: 'retry',
    });
  });
});
