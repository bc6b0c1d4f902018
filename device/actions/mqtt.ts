import type { MqttClient } from 'mqtt';
import type { SourceHealth } from '@earshot/shared/contracts/device.ts';
import { topicsOf, withdrawn } from '@earshot/shared/home-assistant/discovery.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { type Mode, MODES } from '@earshot/shared/labels.ts';
import { untilAborted } from '@earshot/shared/lifecycle/pause.ts';
import { v7 as uuid } from 'uuid';
import type { AgentEmitter, AgentEvents } from '../events.ts';
import { discovery, type Topics } from './home-assistant.ts';

/** For how many seconds the siren sounds when Home Assistant starts it and does not stop it. */
const SIREN_S = 60;

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
  /** Called with the mode that a person selected in Home Assistant. */
  setMode(mode: Mode): Promise<void>;
}

/**
 * Publishes the device's state over MQTT, with discovery for Home Assistant. States are retained, so that a later
 * subscriber gets them. A last will marks the device as offline. After every connect all states are published again.
 */
export class MqttBridge {
  private readonly options: MqttOptions;
  private readonly home: MqttHome;
  private readonly events: AgentEmitter;
  private readonly sounding = new Set<string>();
  private announced: readonly string[] = [];
  private isSirenOn = false;
  private readonly topics: ReturnType<typeof topicsOf>;
  private client: MqttClient | null = null;

  constructor(options: MqttOptions, home: MqttHome, events: AgentEmitter) {
    this.options = options;
    this.home = home;
    this.events = events;
    this.topics = topicsOf(options.topics.base);
  }

  /** Keeps a connection to the broker and renews it when it is lost, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    // Load the client only when MQTT is configured: it takes 9 MB of memory.
    const { connect } = await import('mqtt');
    if (signal.aborted) return;
    const { url, username, password, topics } = this.options;
    const client = connect(url, {
      ...(username ? { username, password } : {}),
      clientId: topics.nodeId,
      will: { topic: this.topics.availability, payload: Buffer.from('offline'), qos: 1, retain: true },
      reconnectPeriod: 2_000,
      resubscribe: false,
    });
    this.client = client;
    let isReported = false;
    client.on('connect', () => {
      isReported = false;
      this.sayEverything();
    });
    client.on('error', (error) => {
      if (!isReported) this.events.emit('problem', asEarshotError(error, 'UNREACHABLE', `MQTT broker ${url}`));
      isReported = true;
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
    this.events.on('settings', () => this.sayMode());
    this.events.on('siren', ({ sounding }) => {
      this.isSirenOn = sounding;
      this.saySiren();
    });
    this.events.on('release', () => this.announce());
  }

  private sayEverything(): void {
    const { discovery: prefix, nodeId } = this.options.topics;
    for (const { topic, payload } of withdrawn(prefix, nodeId, this.home.labels())) this.say(topic, payload);
    this.announce();
    this.say(this.topics.availability, 'online');
    for (const label of this.home.labels()) this.setSounding(label, this.sounding.has(label));
    this.sayHealth();
    this.sayMode();
    this.saySiren();
    this.client?.subscribe([this.topics.setMode, this.topics.setSiren], { qos: 1 });
  }

  /**
   * Announces all entities. An entity whose label is no longer in the release is announced with its platform only,
   * which makes Home Assistant remove it.
   */
  private announce(): void {
    const labels = this.home.labels();
    const { topic, payload } = discovery(this.options.topics, labels);
    const gone = this.announced.filter((label) => !labels.includes(label));
    if (gone.length > 0) this.say(topic, withoutLabels(payload, gone));
    this.announced = labels;
    this.say(topic, payload);
  }

  private candidate({ candidate, atS }: AgentEvents['candidate'][0]): void {
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
    this.say(this.topics.attributes(label), JSON.stringify(attributes));
    if (!test) this.setSounding(label, true);
    // Events are not retained: a retained event would be delivered again at every restart of a subscriber.
    this.client?.publish(this.topics.event, JSON.stringify({ event_type: label, ...attributes }), {
      qos: 1,
    });
  }

  private setSounding(label: string, sounding: boolean): void {
    if (sounding) this.sounding.add(label);
    else this.sounding.delete(label);
    this.say(this.topics.suspected(label), sounding ? 'ON' : 'OFF');
  }

  private sayHealth(): void {
    const sources = this.home.health();
    this.say(this.topics.problemAttributes, JSON.stringify({ sources }));
    this.say(this.topics.problem, sources.some(({ state }) => state !== 'healthy') ? 'ON' : 'OFF');
  }

  private sayMode(): void {
    this.say(this.topics.mode, this.home.mode());
  }

  private saySiren(): void {
    this.say(this.topics.siren, this.isSirenOn ? 'ON' : 'OFF');
  }

  private async command(topic: string, payload: string): Promise<void> {
    const { setMode, setSiren } = this.topics;
    if (topic === setMode && isMode(payload)) return this.home.setMode(payload);
    if (topic === setSiren && (payload === 'ON' || payload === 'OFF'))
      return void this.events.emit('sirenOrder', { id: uuid(), on: payload === 'ON', seconds: SIREN_S });
    const choices = topic === setMode ? MODES.join(' or ') : 'ON or OFF';
    this.events.emit(
      'problem',
      new EarshotError('SETTING_INVALID', `MQTT ${topic} received "${payload.slice(0, 40)}": send ${choices}.`),
    );
  }

  private say(topic: string, payload: string): void {
    // While the broker cannot be reached, the message is dropped and not queued: every state is published again on
    // connect.
    if (this.client?.connected) this.client.publish(topic, payload, { qos: 1, retain: true });
  }

  private async leave(client: MqttClient): Promise<void> {
    if (client.connected) {
      await client.publishAsync(this.topics.availability, 'offline', { qos: 1, retain: true }).catch(() => undefined);
    }
    await client.endAsync(true);
  }
}

const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);

function withoutLabels(payload: string, labels: readonly string[]): string {
  const message = JSON.parse(payload) as { components: Record<string, object> };
  for (const label of labels) message.components[`${label}_suspected`] = { platform: 'binary_sensor' };
  return JSON.stringify(message);
}
