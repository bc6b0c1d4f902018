import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import {
  type MqttServer,
  type PostgresServer,
  startMosquitto,
  startPostgres,
} from '@earshot/shared/testing/servers.ts';
import { newDatabase } from '../testing/scale.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';

const scorer = { score: async () => ({ scores: { smoke_alarm: 0.99 }, embedding: null }) };

describeWithServers('a home in Home Assistant, on SQLite, through a real Mosquitto', ['mosquitto'], () => {
  homeInHomeAssistant(async () => ({}));
});

describeWithServers(
  'a home in Home Assistant, on PostgreSQL, through a real Mosquitto',
  ['mosquitto', 'postgres'],
  () => {
    let postgres: PostgresServer;
    beforeAll(async () => void (postgres = await startPostgres()), 60_000);
    afterAll(() => postgres.stop());
    // A cloud on PostgreSQL refuses private addresses, so allow this machine, on which the test's broker runs.
    const env = async () => ({
      EARSHOT_DATABASE_URL: await newDatabase(postgres),
      EARSHOT_ALLOWED_HOSTS: 'localhost,127.0.0.1',
      EARSHOT_SECRET: 'the secret that both processes of the test share',
    });
    const home = homeInHomeAssistant(env);

    test("only one of two processes publishes a home's states, and the other process takes over when the first stops", async () => {
      const first = home.server();
      const second = await startTestCloud({ scorer, env: first.env });
      const { listener, becomes, said, phone } = home;
      await listener().publishAsync('earshot/home/mode/set', 'away');
      await becomes('earshot/home/mode/state', 'away');
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(said('earshot/home/mode/state')).toEqual(['home', 'away']);
      const { version } = await phone().call<{ version: number }>('GET', '/v1/settings');
      expect(version).toBe(2);

      await first.cloud.stop();
      await becomes('earshot/home/availability', 'offline');
      await becomes('earshot/home/availability', 'online');
      await listener().publishAsync('earshot/home/mode/set', 'night');
      await becomes('earshot/home/mode/state', 'night');
      await second[Symbol.asyncDispose]();
    }, 60_000);
  },
);

/** The tests that both databases must pass. Returns the helpers that the other tests of this file need. */
function homeInHomeAssistant(envOf: () => Promise<NodeJS.ProcessEnv>) {
  let broker: MqttServer;
  let listener: MqttClient;
  let server: TestCloud;
  let phone: TestClient;
  let box: TestClient;
  let env: NodeJS.ProcessEnv;
  /** All messages so far, each as topic and payload. */
  let log: [string, string][];
  const now = (topic: string) => log.findLast(([at]) => at === topic)?.[1];
  const becomes = (topic: string, payload: string) =>
    until(`${topic} is ${payload}`, () => now(topic) === payload, 10_000);

  beforeEach(async () => {
    broker = await startMosquitto();
    log = [];
    listener = await connectAsync(broker.url);
    listener.on('message', (topic, payload) => log.push([topic, payload.toString()]));
    await listener.subscribeAsync('#');
    env = await envOf();
    server = await startTestCloud({ scorer, env });
    const { url, firstHome } = server.cloud;
    phone = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
    box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
    await beat();
    await phone.call('POST', '/v1/channels', { kind: 'mqtt', url: broker.url, topic: 'earshot/home' });
    await becomes('earshot/home/siren/state', 'OFF');
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await listener.endAsync(true);
    await broker.stop();
  });

  const beat = (given: Partial<Heartbeat> = {}) =>
    box.call<{ siren: { on: boolean } | null }>('POST', '/v1/heartbeat', makeHeartbeat({ siren: 'silent', ...given }));
  const smoke = async (test = false) => {
    const clip = beepClip();
    const candidate = makeCandidate('smoke_alarm', clip, { test });
    await box.report(candidate, clip);
    return candidate;
  };
  const configTopic = () => `homeassistant/device/earshot_home_${phone.homeId.slice(-12)}/config`;

  test('after the start every entity exists and is off', () => {
    const { components, origin, availability_topic } = JSON.parse(now(configTopic()) ?? '{}') as {
      components: Record<string, { state_topic?: string; enabled_by_default?: boolean }>;
      origin: object;
      availability_topic: string;
    };
    expect(origin).toMatchObject({ name: 'Earshot' });
    expect(now(availability_topic)).toBe('online');
    expect(Object.keys(components)).toEqual(
      expect.arrayContaining([
        'smoke_alarm',
        'smoke_alarm_suspected',
        'alert',
        'mode',
        'siren',
        'acknowledge',
        'problem',
      ]),
    );
    expect(components.smoke_alarm_suspected?.enabled_by_default).toBe(false);
    const stateless = ['alert', 'acknowledge'];
    for (const [id, { state_topic: topic = '' }] of Object.entries(components))
      if (!stateless.includes(id)) expect([id, now(topic)]).toEqual([id, id === 'mode' ? 'home' : 'OFF']);
  });

  test('a verified smoke alarm switches its sensor on once, and the end of the alarm switches it off once', async () => {
    const { id } = await smoke();
    await becomes('earshot/home/smoke_alarm/state', 'ON');
    await until('the event is published', () => log.some(([topic]) => topic === 'earshot/home/event'), 10_000);
    await box.call('POST', `/v1/candidates/${id}/heard`, { heardAt: new Date().toISOString(), ended: false });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const states = log.filter(([topic]) => topic === 'earshot/home/smoke_alarm/state').map(([, payload]) => payload);
    expect(states).toEqual(['OFF', 'ON']);
    const events = log
      .filter(([topic]) => topic === 'earshot/home/event')
      .map(([, body]) => JSON.parse(body) as object);
    expect(events).toMatchObject([{ event_type: 'opened', verdict: 'confirmed', label: 'smoke_alarm' }]);
  });

  test('a test of an alarm is published as an event and switches no sensor on', async () => {
    await smoke(true);
    await until('the event is published', () => log.some(([topic]) => topic === 'earshot/home/event'), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(now('earshot/home/smoke_alarm/state')).toBe('OFF');
    expect(now('earshot/home/smoke_alarm/suspected')).toBe('OFF');
  });

  test('Home Assistant can choose the mode, acknowledge an alert, and sound and stop the siren', async () => {
    await listener.publishAsync('earshot/home/mode/set', 'away');
    await becomes('earshot/home/mode/state', 'away');
    expect(await phone.call('GET', '/v1/settings')).toMatchObject({ mode: 'away' });

    await smoke();
    await becomes('earshot/home/smoke_alarm/state', 'ON');
    await listener.publishAsync('earshot/home/acknowledge/set', 'PRESS');
    const isAcknowledged = async () => {
      const { open } = await phone.call<{ open: { acknowledged: { by: string } | null }[] }>('GET', '/v1/home');
      return open[0]?.acknowledged?.by === 'Ann';
    };
    await until('the alert is acknowledged', isAcknowledged, 10_000);

    await listener.publishAsync('earshot/home/siren/set', 'ON');
    await until('the device gets the order to sound its siren', async () => (await beat()).siren?.on === true, 10_000);
    await beat({ siren: 'sounding' });
    await becomes('earshot/home/siren/state', 'ON');
    await listener.publishAsync('earshot/home/siren/set', 'OFF');
    await until('the device gets the order to stop its siren', async () => (await beat()).siren?.on === false, 10_000);
    await becomes('earshot/home/siren/state', 'OFF');
  });

  test('entities become unavailable when the cloud stops, and are deleted when the MQTT channel is removed', async () => {
    const { items } = await phone.call<{ items: { id: string }[] }>('GET', '/v1/channels');
    await phone.call('DELETE', `/v1/channels/${items[0]?.id}`);
    await becomes(configTopic(), '');
    await phone.call('POST', '/v1/channels', { kind: 'mqtt', url: broker.url, topic: 'earshot/home' });
    await until('the entities are back', () => (now(configTopic()) ?? '').length > 10, 10_000);
    await becomes('earshot/home/siren/state', 'OFF');
    await server.cloud.stop();
    await becomes('earshot/home/availability', 'offline');
  });

  test('when an unreachable broker is back, every state is published again', async () => {
    const { port } = broker;
    await broker.stop();
    await smoke();
    log = [];
    broker = await startMosquitto({ port });
    await listener.endAsync(true);
    listener = await connectAsync(broker.url);
    listener.on('message', (topic, payload) => log.push([topic, payload.toString()]));
    await listener.subscribeAsync('#');
    await until('the sensor is on', () => now('earshot/home/smoke_alarm/state') === 'ON', 20_000);
    expect(now('earshot/home/availability')).toBe('online');
  });

  return {
    server: () => ({ ...server, env }),
    listener: () => listener,
    phone: () => phone,
    becomes,
    said: (topic: string) => log.filter(([at]) => at === topic).map(([, payload]) => payload),
  };
}
