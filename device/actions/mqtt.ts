import type { MqttClient } from 'mqtt';
import type { SourceHealth } from '@earshot/shared/contracts/device.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { untilAborted } from '@earshot/shared/lifecycle/pause.ts';
import type { AgentEmitter, AgentEvents } from '../events.ts';
import * as homeAssistant from './home-assistant.ts';
import type { Topics } from './home-assistant.ts';

export interface MqttOptions {
  url: string;
  username: string;
  password: string;
  topics: Topics;
}

export interface MqttHome {
  labels(): readonly string[];
  health(): readonly SourceHealth[];
  mode(): Mode;
  /** Set by the switch: armed is away, disarmed is home. */
  setMode(mode: Mode): Promise<void>;
}

/**
 * Publishes the device's state over MQTT, with discovery for Home Assistant. States are retained, so that a late subscriber gets
 * them; a last will marks the device as offline. All states are published again whenever the broker is reached.
 */
export class MqttBridge {
  private readonly options: MqttOptions;
  private readonly home: MqttHome;
  private readonly events: AgentEmitter;
  private readonly sounding = new Set<string>();
  private announced: readonly string[] = [];
  private client: MqttClient | null = null;

  constructor(options: MqttOptions, home: MqttHome, events: AgentEmitter) {
    this.options = options;
    this.home = home;
    this.events = events;
  }

  /** Keeps a connection, and connects again when it is lost, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    // Loaded only when MQTT is configured: it costs 9 MB.
    const { connect } = await import('mqtt');
    if (signal.aborted) return;
    const { url, username, password, topics } = this.options;
    const client = connect(url, {
      ...(username ? { username, password } : {}),
      clientId: topics.nodeId,
      will: { topic: homeAssistant.availabilityTopic(topics), payload: Buffer.from('offline'), qos: 1, retain: true },
      reconnectPeriod: 2_000,
      resubscribe: false,
    });
    this.client = client;
    let told = false;
    client.on('connect', () => {
      told = false;
      this.sayEverything();
    });
    client.on('error', (error) => {
      if (!told) this.events.emit('problem', asEarshotError(error, 'UNREACHABLE', `MQTT broker ${url}`));
      told = true;
    });
    client.on('message', (topic, payload) => void this.command(topic, payload.toString()));
    this.listen();
    await untilAborted(signal);
    await this.leave(client);
  }

  private listen(): void {
    this.events.on('candidate', (event) => this.candidate(event));
    this.events.on('heard', ({ label, ended }) => ended && this.setSounding(label, false));
    this.events.on('health', () => this.sayHealth());
    this.events.on('settings', () => this.sayArmed());
    this.events.on('release', () => this.announce());
  }

  private sayEverything(): void {
    const { topics } = this.options;
    this.announce();
    this.say(homeAssistant.availabilityTopic(topics), 'online');
    for (const label of this.home.labels()) this.setSounding(label, this.sounding.has(label));
    this.sayHealth();
    this.sayArmed();
    this.client?.subscribe(homeAssistant.armCommandTopic(topics), { qos: 1 });
  }

  private announce(): void {
    const { topics } = this.options;
    const labels = this.home.labels();
    for (const gone of this.announced.filter((label) => !labels.includes(label))) {
      this.say(homeAssistant.discoveryTopic(topics, 'binary_sensor', gone), '');
    }
    this.announced = labels;
    for (const { topic, payload } of homeAssistant.discovery(topics, labels)) this.say(topic, JSON.stringify(payload));
  }

  private candidate({ candidate, atS }: AgentEvents['candidate'][0]): void {
    const { topics } = this.options;
    const { id, label, score, level, why, startedAt, source, test, release } = candidate;
    const attributes = {
      id,
      score,
      level,
      why: why.text,
      cadence: why.cadence,
      level_dbfs: why.levelDbfs,
      started_at: startedAt,
      source,
      test,
      release,
      at_s: atS,
    };
    this.say(homeAssistant.attributesTopic(topics, label), JSON.stringify(attributes));
    this.setSounding(label, true);
    // Not retained: a retained event would be delivered again at every restart of a subscriber.
    this.client?.publish(homeAssistant.eventTopic(topics), JSON.stringify({ event_type: label, ...attributes }), {
      qos: 1,
    });
  }

  private setSounding(label: string, sounding: boolean): void {
    if (sounding) this.sounding.add(label);
    else this.sounding.delete(label);
    this.say(homeAssistant.labelTopic(this.options.topics, label), sounding ? 'ON' : 'OFF');
  }

  private sayHealth(): void {
    const { topics } = this.options;
    const sources = this.home.health();
    this.say(homeAssistant.healthAttributesTopic(topics), JSON.stringify({ sources }));
    this.say(homeAssistant.healthTopic(topics), sources.some(({ state }) => state !== 'healthy') ? 'ON' : 'OFF');
  }

  private sayArmed(): void {
    this.say(homeAssistant.armedTopic(this.options.topics), this.home.mode() === 'home' ? 'OFF' : 'ON');
  }

  private async command(topic: string, payload: string): Promise<void> {
    if (topic !== homeAssistant.armCommandTopic(this.options.topics)) return;
    if (payload === 'ON' || payload === 'OFF') return this.home.setMode(payload === 'ON' ? 'away' : 'home');
    this.events.emit(
      'problem',
      new EarshotError('SETTING_INVALID', `MQTT ${topic} said "${payload.slice(0, 40)}": say ON or OFF.`),
    );
  }

  private say(topic: string, payload: string): void {
    // Dropped while the broker is out of reach, instead of queued: every state is published again on connect.
    if (this.client?.connected) this.client.publish(topic, payload, { qos: 1, retain: true });
  }

  private async leave(client: MqttClient): Promise<void> {
    if (client.connected) {
      await client
        .publishAsync(homeAssistant.availabilityTopic(this.options.topics), 'offline', { qos: 1, retain: true })
        .catch(() => undefined);
    }
    await client.endAsync(true);
  }
}
