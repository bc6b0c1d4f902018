import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from '@earshot/shared/clock.ts';
import type { Agent } from '../agent-types.ts';
import type { Configuration } from '../settings/configuration.ts';
import { Hook } from './hook.ts';
import { MqttBridge } from './mqtt.ts';
import { Siren } from './siren.ts';

/**
 * Starts what the device does in the home when it detects a sound: siren, hook and MQTT, as far as they are configured.
 */
export async function runActions(
  configuration: Configuration,
  agent: Agent,
  deviceId: string,
  signal: AbortSignal,
): Promise<void> {
  const { events } = agent;
  const runs: Promise<void>[] = [];
  if (configuration.siren_command || configuration.siren_sound) {
    const options = {
      when: configuration.siren,
      labels: configuration.siren_labels,
      command: configuration.siren_command,
      sound: configuration.siren_sound,
      player: configuration.player,
      seconds: configuration.siren_seconds,
    };
    runs.push(new Siren(options, events, systemClock, () => agent.isOnline()).run(signal));
  }
  if (configuration.hook_command) runs.push(new Hook(configuration.hook_command, events).run(signal));
  if (configuration.mqtt) runs.push(openMqtt(configuration, agent, deviceId).run(signal));
  await Promise.all(runs);
}

function openMqtt(configuration: Configuration, agent: Agent, deviceId: string): MqttBridge {
  const {
    mqtt: url,
    mqtt_username: username,
    mqtt_password: password,
    mqtt_topic: prefix,
    mqtt_discovery,
    name,
    room,
    cloud,
  } = configuration;
  // The device's name on the broker. Two devices of one home need different names, and a device must keep its name
  // after a restart.
  const id = createHash('sha256')
    .update(deviceId || hostname())
    .digest('hex')
    .slice(0, 8);
  const topics = {
    base: `${prefix}/${id}`,
    discovery: mqtt_discovery,
    nodeId: `earshot_${id}`,
    name: room ? `${name} ${room}` : name,
    room,
    configurationUrl: cloud || null,
    software: agent.status().software,
  };
  return new MqttBridge({ url, username, password, topics }, agent, agent.events);
}
