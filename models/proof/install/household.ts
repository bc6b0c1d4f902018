import { HttpSink } from '@earshot/cloud/testing/http-sink.ts';
import { TestClient } from '@earshot/cloud/testing/test-client.ts';
import { until } from '@earshot/cloud/testing/until.ts';
import type { DeviceView, Incident } from '@earshot/shared/contracts/home.ts';

/** Time limit: an alarm lasts half a minute, and on a busy machine everything takes longer. */
const WITHIN_MS = 600_000;
const EVERY_MS = 500;

/** The first member of a home: a phone that rings by ntfy, and the app's history. */
export class Household {
  private readonly ntfy = new HttpSink();
  private phone: TestClient | null = null;

  /** Pairs the phone and gives it a way to ring. */
  async join(url: string, code: string): Promise<void> {
    await this.ntfy.start();
    this.phone = await TestClient.pair(url, code, 'member', 'Ann');
    await this.phone.call('POST', '/v1/channels', { kind: 'ntfy', url: `${this.ntfy.url}/ann` });
  }

  /** Number of times that the phone rang for a smoke alarm; all-clears do not count. */
  get rang(): number {
    return this.ntfy.received.filter(({ body }) => (JSON.parse(body) as { priority?: number }).priority === 5).length;
  }

  async history(): Promise<Incident[]> {
    return (await this.api.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
  }

  /**
   * Waits until one more smoke alarm than `before` is verified and the phone has rung; then until that alarm is over.
   */
  async untilAlerted(before: number, rangBefore: number): Promise<void> {
    const alarms = async () =>
      (await this.history()).filter(({ label, verdict }) => label === 'smoke_alarm' && verdict === 'confirmed');
    await until('the alarm is verified', async () => (await alarms()).length > before, WITHIN_MS, EVERY_MS);
    await until('the phone rings', () => this.rang > rangBefore, WITHIN_MS, EVERY_MS);
    const isOver = async () => (await this.history()).every(({ clearedAt }) => clearedAt !== null);
    await until('the alarm is over', isOver, WITHIN_MS, EVERY_MS);
  }

  /** Waits until the cloud answers and the home's only device sends heartbeats to it again. */
  async untilOnline(): Promise<void> {
    const isOnline = async () => {
      const { items } = await this.api.call<{ items: DeviceView[] }>('GET', '/v1/devices');
      return items.length === 1 && items[0]?.online === true;
    };
    await until('the device is online', () => isOnline().catch(() => false), WITHIN_MS, EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.phone) await this.ntfy.stop();
  }

  private get api(): TestClient {
    if (!this.phone) throw new Error('no phone is paired');
    return this.phone;
  }
}
