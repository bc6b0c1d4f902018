import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connect, type MqttClient } from 'mqtt';
import { systemClock } from '@earshot/shared/clock.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { startMosquitto, type MqttServer } from '@earshot/shared/testing/servers.ts';
import { AgentEmitter } from '../events.ts';
import { makeRecord } from '../testing/candidates.ts';
import { MqttBridge } from './mqtt.ts';

const TOPICS = {
  base: 'earshot/kitchen',
  discovery: 'homeassistant',
  nodeId: 'earshot_kitchen',
  name: 'Earshot Kitchen',
  room: 'Kitchen',
  configurationUrl: 'http://earshot.local:8080',
  software: '0.1.0',
};
const USERS = { device: 'secret', watcher: 'other' };

describeWithServers('MqttBridge on a real Mosquitto', ['mosquitto'], () => {
  let broker: MqttServer;
  let watcher: MqttClient;
  let said: Map<string, string>;
  let events: AgentEmitter;
  let modes: Mode[];
  let labels: string[];
  let stop: AbortController;
  let running: Promise<void>;
  const problems: string[] = [];

  beforeEach(async () => {
    broker = await startMosquitto({ users: USERS });
    said = new Map();
    watcher = await watch();
    events = new AgentEmitter();
    problems.length = 0;
    events.on('problem', (error) => problems.push(error.message));
    modes = [];
    labels = ['smoke_alarm', 'glass_break'];
    stop = new AbortController();
    running = bridge('secret').run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await watcher.endAsync(true);
    await broker.stop();
  });

  async function watch(): Promise<MqttClient> {
    const client = connect(broker.url, { username: 'watcher', password: USERS.watcher, reconnectPeriod: 100 });
    client.on('message', (topic, payload) => said.set(topic, payload.toString()));
    await new Promise<void>((connected) => client.once('connect', () => connected()));
    await client.subscribeAsync('#', { qos: 1 });
    return client;
  }

  function bridge(password: string): MqttBridge {
    const home = {
      labels: () => labels,
      health: () => [{ name: 'mic', state: 'healthy' as const, reason: null, levelDbfs: -50 }],
      mode: () => modes.at(-1) ?? 'home',
      setMode: async (mode: Mode) => {
        modes.push(mode);
        events.emit('settings', { version: 1, mode, testing: false });
      },
    };
    return new MqttBridge({ url: broker.url, username: 'device', password, topics: TOPICS }, home, events);
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 500 && !condition(); i++) await systemClock.sleep(20);
    expect(condition()).toBe(true);
  }
  const online = () => until(() => said.get('earshot/kitchen/siren/state') !== undefined);
  const hear = (label: string, test = false) => {
    const { candidate, clip } = makeRecord(label);
    events.emit('candidate', { candidate: { ...candidate, test }, clip, atS: 3, detectedS: 3, again: false });
    return candidate.id;
  };

  const announced = () =>
    JSON.parse(said.get('homeassistant/device/earshot_kitchen/config') ?? 'null') as {
      device: object;
      components: Record<string, Record<string, unknown>>;
    };

  test('announces every entity in one message; sensors of unverified sounds are off by default, and the mode is a select', async () => {
    await online();
    const { device, components } = announced();
    expect(device).toMatchObject({ suggested_area: 'Kitchen', configuration_url: 'http://earshot.local:8080' });
    expect(Object.keys(components).sort()).toEqual([
      'glass_break_suspected',
      'heard',
      'mode',
      'problem',
      'siren',
      'smoke_alarm_suspected',
    ]);
    expect(components.smoke_alarm_suspected).toMatchObject({
      device_class: 'smoke',
      enabled_by_default: false,
      state_topic: 'earshot/kitchen/smoke_alarm/suspected',
    });
    expect(components.heard).toMatchObject({ platform: 'event', event_types: labels });
    expect(said.get('earshot/kitchen/availability')).toBe('online');
    expect(said.get('earshot/kitchen/problem/state')).toBe('OFF');
  });

  test('removes the entities that the previous version announced', async () => {
    await watcher.publishAsync('homeassistant/switch/earshot_kitchen/armed/config', '{}', { retain: true });
    const again = new AbortController();
    const running = bridge('secret').run(again.signal);
    await until(() => said.get('homeassistant/switch/earshot_kitchen/armed/config') === '');
    again.abort();
    await running;
  });

  test('an alarm switches its sensor on, with score and reason, and off when it has ended', async () => {
    await online();
    const id = hear('smoke_alarm');
    // The broker sends the retained messages first, then the other messages.
    await until(() => said.has('earshot/kitchen/event'));
    expect(said.get('earshot/kitchen/smoke_alarm/suspected')).toBe('ON');
    expect(JSON.parse(said.get('earshot/kitchen/smoke_alarm/attributes')!)).toMatchObject({
      id,
      why: expect.stringContaining('three beeps'),
      score: 0.9,
    });
    expect(JSON.parse(said.get('earshot/kitchen/event')!)).toMatchObject({ event_type: 'smoke_alarm', id });
    expect(said.get('earshot/kitchen/glass_break/suspected')).toBe('OFF');
    events.emit('heard', { id, label: 'smoke_alarm', source: 'mic', ended: true });
    await until(() => said.get('earshot/kitchen/smoke_alarm/suspected') === 'OFF');
  });

  test('an alarm during a test of the alarms is published as an event, but switches no sensor on', async () => {
    await online();
    hear('smoke_alarm', true);
    await until(() => said.has('earshot/kitchen/event'));
    expect(said.get('earshot/kitchen/smoke_alarm/suspected')).toBe('OFF');
  });

  test('applies the mode that is chosen in Home Assistant; reports and ignores an invalid mode', async () => {
    await online();
    await watcher.publishAsync('earshot/kitchen/mode/set', 'night');
    await until(() => said.get('earshot/kitchen/mode/state') === 'night');
    await watcher.publishAsync('earshot/kitchen/mode/set', 'perhaps');
    await watcher.publishAsync('earshot/kitchen/mode/set', 'home');
    await until(() => said.get('earshot/kitchen/mode/state') === 'home');
    expect(modes).toEqual(['night', 'home']);
    expect(problems.join()).toContain('perhaps');
  });

  test('Home Assistant can switch the siren, and sees whether it sounds', async () => {
    await online();
    const orders: boolean[] = [];
    events.on('sirenOrder', ({ on }) => orders.push(on));
    await watcher.publishAsync('earshot/kitchen/siren/set', 'ON');
    await until(() => orders.length === 1);
    expect(said.get('earshot/kitchen/siren/state')).toBe('OFF');
    events.emit('siren', { sounding: true });
    await until(() => said.get('earshot/kitchen/siren/state') === 'ON');
    await watcher.publishAsync('earshot/kitchen/siren/set', 'OFF');
    await until(() => orders.length === 2);
    expect(orders).toEqual([true, false]);
  });

  test('after an outage of the broker publishes the current state, and the event that the broker missed', async () => {
    await online();
    const { port } = broker;
    await broker.stop();
    const id = hear('glass_break');
    said.clear();
    broker = await startMosquitto({ users: USERS, port });
    await until(() => watcher.connected);
    await until(() => said.get('earshot/kitchen/glass_break/suspected') === 'ON');
    await until(() => said.has('earshot/kitchen/event'));
    expect(JSON.parse(said.get('earshot/kitchen/event')!)).toMatchObject({ id });
  });

  test('announces the sensor of a label that a new release adds, and removes the sensor of a label that it no longer has', async () => {
    await online();
    labels = ['smoke_alarm', 'dog_bark'];
    events.emit('release', { version: '2', state: 'running', message: null });
    await until(() => announced().components.dog_bark_suspected !== undefined);
    await until(() => announced().components.glass_break_suspected === undefined);
  });

  test('the last will and an orderly stop both publish "offline"', async () => {
    await online();
    stop.abort();
    await running;
    await until(() => said.get('earshot/kitchen/availability') === 'offline');
  });

  test('reports a wrong password once, not at every try', async () => {
    await online();
    const other = new AbortController();
    const refused = bridge('wrong').run(other.signal);
    await until(() => problems.some((problem) => problem.includes('MQTT')));
    await systemClock.sleep(300);
    expect(problems.filter((problem) => problem.includes('MQTT'))).toHaveLength(1);
    other.abort();
    await refused;
  });
});
