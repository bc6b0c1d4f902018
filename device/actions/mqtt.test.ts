import { expect, test } from '@jest/globals';
import { AgentEmitter } from '../events.ts';
import { MqttBridge } from './mqtt.ts';

const OPTIONS = {
  // No program of this machine listens on port 9 (discard).
  url: 'mqtt://127.0.0.1:9',
  username: '',
  password: '',
  topics: {
    base: 'earshot/1',
    discovery: 'homeassistant',
    nodeId: 'earshot_1',
    name: 'Box',
    room: '',
    software: '0.1.0',
    configurationUrl: null,
  },
};
const HOME = { labels: () => [], health: () => [], mode: () => 'home' as const, setMode: async () => undefined };

test('a stop during its start ends the MQTT bridge', async () => {
  const stop = new AbortController();
  const running = new MqttBridge(OPTIONS, HOME, new AgentEmitter()).run(stop.signal);
  stop.abort();
  await running;
});

test('a stop ends an MQTT bridge that has not reached its broker', async () => {
  const stop = new AbortController();
  const events = new AgentEmitter();
  const unreachable = new Promise((resolve) => events.on('problem', resolve));
  const running = new MqttBridge(OPTIONS, HOME, events).run(stop.signal);
  expect(await unreachable).toMatchObject({ code: 'UNREACHABLE' });
  stop.abort();
  await running;
});
