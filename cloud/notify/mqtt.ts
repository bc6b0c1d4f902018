import { isIP } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import { rejectOnAbort } from '@earshot/shared/lifecycle/pause.ts';
import { type AddressGuard, OPEN_NETWORK } from './address-guard.ts';
import { unreachable } from './http-attempt.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Target = Extract<ChannelRequest, { kind: 'mqtt' }>;

/** Brokers are few and near; a connection is made for a message and kept a little for the next. */
const KEEP_MS = 60_000;
const PROTOCOLS = ['mqtt:', 'mqtts:', 'tcp:', 'ssl:', 'ws:', 'wss:'];

interface Kept {
  client: Promise<MqttClient>;
  timer: NodeJS.Timeout;
}

/**
 * Publishes to a broker: the notification as JSON to `TOPIC/event`, and whether an alarm sounds, retained, to `TOPIC/LABEL/state`, with
 * the discovery messages that make it a sensor in Home Assistant.
 */
export class MqttNotifier implements Notifier<Target> {
  readonly kind = 'mqtt';
  private readonly kept = new Map<string, Kept>();
  private readonly guard: AddressGuard;

  constructor(guard: AddressGuard = OPEN_NETWORK) {
    this.guard = guard;
  }

  async send(target: Target, { id, body, homeName }: Notice, signal: AbortSignal): Promise<Delivery> {
    const publish = async () => {
      const client = await this.client(target);
      const state = `${target.topic}/${body.label}/state`;
      const isOver = body.step === 'all_clear' || body.step === 'update:rejected';
      await client.publishAsync(
        discoveryTopic(target, body.label),
        JSON.stringify(discovery(target, body.label, homeName, state)),
        { qos: 1, retain: true },
      );
      await client.publishAsync(`${target.topic}/event`, JSON.stringify({ id, home: homeName, ...body }), { qos: 1 });
      if (!body.test) await client.publishAsync(state, isOver ? 'OFF' : 'ON', { qos: 1, retain: true });
    };
    try {
      await Promise.race([publish(), rejectOnAbort(signal)]);
      return { outcome: 'delivered' };
    } catch (error) {
      await this.drop(keyOf(target));
      // CONNACK 4 and 5 (MQTT 3.1.1), 134 and 135 (5): bad user or not allowed.
      const { code } = error as { code?: number };
      if (code === 4 || code === 5 || code === 134 || code === 135)
        return { outcome: 'refused', reason: (error as Error).message.slice(0, 200) };
      return unreachable(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.kept.keys()].map((key) => this.drop(key)));
  }

  private client(target: Target): Promise<MqttClient> {
    const key = keyOf(target);
    const known = this.kept.get(key);
    if (known) {
      known.timer.refresh();
      return known.client;
    }
    const client = this.connect(target);
    const timer = setTimeout(() => void this.drop(key), KEEP_MS).unref();
    this.kept.set(key, { client, timer });
    client
      .then((open) => open.on('close', () => void this.drop(key)).on('error', () => undefined))
      .catch(() => undefined);
    return client;
  }

  /** By the address that was checked: the library takes no lookup of its own. */
  private async connect(target: Target): Promise<MqttClient> {
    const url = new URL(target.url);
    if (!PROTOCOLS.includes(url.protocol)) throw new Error(`${url.protocol} is not supported`);
    this.guard.checkLiteral(url.hostname);
    const host = isIP(url.hostname.replace(/^\[|\]$/g, '')) ? url.hostname : await this.resolve(url.hostname);
    const isWebSocket = url.protocol.startsWith('ws');
    return connectAsync({
      protocol: url.protocol.slice(0, -1) as 'mqtt',
      ...(isWebSocket ? { path: url.pathname } : {}),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      host: isWebSocket ? url.hostname : host.replace(/^\[|\]$/g, ''),
      servername: url.hostname,
      wsOptions: { lookup: this.guard.lookup },
      ...(target.username === undefined ? {} : { username: target.username }),
      ...(target.password === undefined ? {} : { password: target.password }),
      reconnectPeriod: 0,
      connectTimeout: 8_000,
    });
  }

  private resolve(hostname: string): Promise<string> {
    return new Promise((resolve, reject) =>
      this.guard.lookup(hostname, {}, (error, address) =>
        error || typeof address !== 'string' ? reject(error ?? new Error('no address')) : resolve(address),
      ),
    );
  }

  private async drop(key: string): Promise<void> {
    const known = this.kept.get(key);
    if (!known) return;
    this.kept.delete(key);
    clearTimeout(known.timer);
    await known.client.then((client) => client.endAsync(true)).catch(() => undefined);
  }
}

const keyOf = ({ url, username }: Target): string => `${username ?? ''}@${url}`;
const idOf = (target: Target): string => target.topic.replace(/[^\w]+/g, '_');
const discoveryTopic = (target: Target, label: string): string =>
  `homeassistant/binary_sensor/${idOf(target)}/${label}/config`;

function discovery(target: Target, label: string, homeName: string, stateTopic: string) {
  const deviceClass: Record<string, string> = {
    smoke_alarm: 'smoke',
    co_alarm: 'carbon_monoxide',
    glass_break: 'tamper',
  };
  return {
    name: label.replaceAll('_', ' '),
    unique_id: `${idOf(target)}_${label}`,
    state_topic: stateTopic,
    device_class: deviceClass[label] ?? 'sound',
    device: { identifiers: [idOf(target)], name: `Earshot ${homeName}`, manufacturer: 'Earshot' },
  };
}
