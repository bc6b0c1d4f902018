import type { MqttClient } from 'mqtt';
import { rejectOnAbort } from '@earshot/shared/lifecycle/pause.ts';
import { type AddressGuard, OPEN_NETWORK } from './address-guard.ts';
import { unreachable } from './http-attempt.ts';
import { connectMqtt, type MqttTarget } from './mqtt-connection.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

/** The connection stays open for this long after a message, so that the next message can use it. */
const KEEP_MS = 60_000;

interface Kept {
  client: Promise<MqttClient>;
  timer: NodeJS.Timeout;
}

/**
 * Publishes each event as JSON to `TOPIC/event`. States for Home Assistant are published by home-assistant/home-bridge.ts.
 */
export class MqttNotifier implements Notifier<MqttTarget> {
  readonly kind = 'mqtt';
  private readonly kept = new Map<string, Kept>();
  private readonly guard: AddressGuard;

  constructor(guard: AddressGuard = OPEN_NETWORK) {
    this.guard = guard;
  }

  async send(target: MqttTarget, { id, body, homeName }: Notice, signal: AbortSignal): Promise<Delivery> {
    const publish = async () => {
      const client = await this.client(target);
      const event = { event_type: typeOf(body.step), id, home: homeName, ...body };
      await client.publishAsync(`${target.topic}/event`, JSON.stringify(event), { qos: 1 });
    };
    try {
      await Promise.race([publish(), rejectOnAbort(signal)]);
      return { outcome: 'delivered' };
    } catch (error) {
      await this.drop(keyOf(target));
      // These codes mean that the broker refuses the login: CONNACK 4 and 5 in MQTT 3.1.1, 134 and 135 in MQTT 5.
      const { code } = error as { code?: number };
      if (code === 4 || code === 5 || code === 134 || code === 135)
        return { outcome: 'refused', reason: (error as Error).message.slice(0, 200) };
      return unreachable(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.kept.keys()].map((key) => this.drop(key)));
  }

  private client(target: MqttTarget): Promise<MqttClient> {
    const key = keyOf(target);
    const known = this.kept.get(key);
    if (known) {
      known.timer.refresh();
      return known.client;
    }
    const client = connectMqtt(target, this.guard);
    const timer = setTimeout(() => void this.drop(key), KEEP_MS).unref();
    this.kept.set(key, { client, timer });
    client
      .then((open) => open.on('close', () => void this.drop(key)).on('error', () => undefined))
      .catch(() => undefined);
    return client;
  }

  private async drop(key: string): Promise<void> {
    const known = this.kept.get(key);
    if (!known) return;
    this.kept.delete(key);
    clearTimeout(known.timer);
    await known.client.then((client) => client.endAsync(true)).catch(() => undefined);
  }
}

const keyOf = ({ url, username }: MqttTarget): string => `${username ?? ''}@${url}`;

/** Home Assistant must know all types of an event in advance, so the step "repeat:3" has the type "repeat". */
export const ALERT_TYPES = [
  'opened',
  'confirmed',
  'unverified',
  'rejected',
  'repeat',
  'escalated',
  'marked_false',
  'all_clear',
  'upkeep',
  'test',
];
const typeOf = (step: string): string =>
  step.startsWith('update:') ? step.slice('update:'.length) : step.split(':')[0]!;
