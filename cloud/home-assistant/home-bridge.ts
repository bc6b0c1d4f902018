import type { MqttClient } from 'mqtt';
import { discoveryMessage, topicsOf, withdrawn } from '@earshot/shared/home-assistant/discovery.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { Caller } from '../homes/tokens.ts';
import type { AddressGuard } from '../notify/address-guard.ts';
import { ALERT_TYPES } from '../notify/mqtt.ts';
import { connectMqtt, type MqttTarget } from '../notify/mqtt-connection.ts';
import { acknowledgeAll, type OrderParts, setMode, setSirens } from './home-orders.ts';
import { homeState } from './home-state.ts';

/** How often to retry a broker that is down. */
const RECONNECT_MS = 5_000;
const PREFIX = 'homeassistant';

export interface BridgeOptions {
  parts: OrderParts;
  guard: AddressGuard;
  /** The member who added the channel. Orders from Home Assistant are carried out in the name of this member. */
  member: Caller;
  target: MqttTarget;
  software: string;
  linkUrl: string | null;
}

/**
 * Connects one home to one broker. Publishes the home's states as retained messages, and carries out orders. All states are published again
 * after every connection. With an MQTT last will, the broker marks all entities as unavailable even when this process crashes.
 */
export class HomeBridge {
  private readonly options: BridgeOptions;
  private readonly topics: ReturnType<typeof topicsOf>;
  private client: MqttClient | null = null;
  private said = new Map<string, string>();
  private notBeforeMs = 0;
  private obeyed = false;

  constructor(options: BridgeOptions) {
    this.options = options;
    this.topics = topicsOf(options.target.topic);
  }

  /** Whether an order was carried out since the last round. Its effect must be published soon. */
  get hasObeyed(): boolean {
    return this.obeyed;
  }

  /** Connects if necessary, and publishes what has changed since the last round. */
  async turn(): Promise<void> {
    const { parts, member } = this.options;
    const nowMs = parts.clock.nowMs();
    this.obeyed = false;
    if (!this.client?.connected) {
      if (nowMs < this.notBeforeMs) return;
      this.notBeforeMs = nowMs + RECONNECT_MS;
      await this.connect();
    }
    const state = await homeState(parts.database.queries, member.homeId, nowMs);
    if (!state) return;
    const { topics } = this;
    await this.say(this.discovery(state.name));
    await this.say({ topic: topics.availability, payload: 'online' });
    for (const label of KNOWN_LABELS) {
      await this.say({ topic: topics.verified(label), payload: onOff(state.verified.has(label)) });
      await this.say({ topic: topics.suspected(label), payload: onOff(state.suspected.has(label)) });
    }
    await this.say({ topic: topics.problemAttributes, payload: JSON.stringify({ problems: state.problems }) });
    await this.say({ topic: topics.problem, payload: onOff(state.problems.length > 0) });
    await this.say({ topic: topics.mode, payload: state.mode });
    await this.say({ topic: topics.siren, payload: onOff(state.isSirenSounding) });
  }

  /**
   * `removed`: the channel was deleted, so its entities are deleted. `stopped`: the entities become unavailable. `taken`: another process
   * publishes the entities now, so this process sends nothing.
   */
  async close(why: 'removed' | 'stopped' | 'taken'): Promise<void> {
    const { client } = this;
    this.client = null;
    if (!client) return;
    if (client.connected && why !== 'taken') {
      const last =
        why === 'removed'
          ? { topic: this.discovery('').topic, payload: '' }
          : { topic: this.topics.availability, payload: 'offline' };
      await client.publishAsync(last.topic, last.payload, { qos: 1, retain: true }).catch(() => undefined);
    }
    await client.endAsync(true).catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const { target, guard, parts } = this.options;
    await this.client?.endAsync(true).catch(() => undefined);
    const will = { topic: this.topics.availability, payload: Buffer.from('offline'), qos: 1, retain: true } as const;
    const client = await connectMqtt(target, guard, { clientId: this.nodeId, will });
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => {
      this.obey(topic, payload.toString()).catch((error: unknown) => {
        const { message } = asEarshotError(error, 'INTERNAL', topic);
        parts.log.warn(
          { homeId: this.options.member.homeId, topic, reason: message },
          'an order over MQTT could not be carried out',
        );
      });
    });
    this.client = client;
    this.said = new Map();
    const { setMode: mode, setSiren: siren, acknowledge } = this.topics;
    await client.subscribeAsync([mode, siren, acknowledge], { qos: 1 });
    const oldId = target.topic.replace(/[^\w]+/g, '_');
    for (const message of withdrawn(PREFIX, oldId, KNOWN_LABELS)) await this.say(message);
  }

  private async obey(topic: string, payload: string): Promise<void> {
    const { parts, member } = this.options;
    if (topic === this.topics.setMode) await setMode(parts, member, payload);
    else if (topic === this.topics.setSiren) await setSirens(parts, member, payload);
    else if (topic === this.topics.acknowledge) await acknowledgeAll(parts, member);
    this.obeyed = true;
  }

  private discovery(homeName: string) {
    const { target, software, linkUrl } = this.options;
    return discoveryMessage({
      base: target.topic,
      discovery: PREFIX,
      nodeId: this.nodeId,
      name: `Earshot ${homeName}`.trim(),
      model: 'Earshot home',
      software,
      area: '',
      configurationUrl: linkUrl,
      labels: KNOWN_LABELS,
      hasVerdicts: true,
      event: { id: 'alert', name: 'Alert', types: ALERT_TYPES },
    });
  }

  /** The home's name on the broker. It is unique: the end of the home's UUIDv7 is random. */
  private get nodeId(): string {
    return `earshot_home_${this.options.member.homeId.slice(-12)}`;
  }

  private async say({ topic, payload }: { topic: string; payload: string }): Promise<void> {
    if (this.said.get(topic) === payload || !this.client) return;
    await this.client.publishAsync(topic, payload, { qos: 1, retain: true });
    this.said.set(topic, payload);
  }
}

const onOff = (is: boolean): string => (is ? 'ON' : 'OFF');
