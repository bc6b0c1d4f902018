import { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { CloudParts } from '../parts.ts';
import { restMs } from './back-off.ts';
import type { ChannelRow } from './channels.ts';
import type { Delivery, Notifier } from './notifier.ts';
import { openTarget } from './sealed-target.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'log' | 'keys'>;

/**
 * How often to look for new events. The interval is short, because an automation may switch on lights or open a door.
 */
const LOOK_MS = 500;
const CHANNELS_AT_ONCE = 128;
const ATTEMPT_MS = 10_000;
/**
 * Longer than an attempt. When a process ends while it is sending an event, another process sends the event after this time.
 */
const LEASE_MS = 3 * ATTEMPT_MS;

/**
 * Sends every event of a home to its webhooks and MQTT brokers. Each receiver gets the events in the order in which they happened. An event
 * that fails is retried, and later events wait for it, so that "on" never arrives after "off".
 */
export class Automations {
  private readonly parts: Parts;
  private readonly notifiers: Map<string, Notifier>;

  constructor(parts: Parts, notifiers: readonly Notifier[]) {
    this.parts = parts;
    this.notifiers = new Map(notifiers.map((notifier) => [notifier.kind, notifier]));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    while (!signal.aborted) {
      const sent = await this.turn().catch((error: unknown) => {
        log.error({ err: error }, 'the pending events for automations cannot be read');
        return 0;
      });
      if (sent === 0) await pause(clock, LOOK_MS, signal);
    }
  }

  /** Leases one event per channel and returns how many were leased. */
  async turn(): Promise<number> {
    const nowMs = this.parts.clock.nowMs();
    const due = await this.lease(nowMs);
    await Promise.all(due.map((event) => this.send(event)));
    return due.length;
  }

  private async lease(nowMs: number) {
    const { queries } = this.parts.database;
    const heads = await queries
      .selectFrom('automationEvents')
      .select('id')
      // Lease only the oldest event of a channel. While it is being sent, or waits for a retry, later events wait.
      .where('id', 'in', (all) =>
        all
          .selectFrom('automationEvents')
          .select(({ fn }) => fn.min('id').as('id'))
          .groupBy('channelId'),
      )
      .where('dueAtMs', '<=', nowMs)
      .where('leaseUntilMs', '<=', nowMs)
      .orderBy('dueAtMs')
      .limit(CHANNELS_AT_ONCE)
      .execute();
    if (heads.length === 0) return [];
    return queries
      .updateTable('automationEvents')
      .set({ leaseUntilMs: nowMs + LEASE_MS })
      .where(
        'id',
        'in',
        heads.map(({ id }) => id),
      )
      .where('leaseUntilMs', '<=', nowMs)
      .returningAll()
      .execute();
  }

  private async send(event: { id: string; channelId: string; body: string; expiresAtMs: number }): Promise<void> {
    const { database, clock, log } = this.parts;
    const { queries } = database;
    const channel = await queries
      .selectFrom('channels')
      .innerJoin('homes', 'homes.id', 'channels.homeId')
      .selectAll('channels')
      .select('homes.name as homeName')
      .where('channels.id', '=', event.channelId)
      .executeTakeFirst();
    if (!channel || event.expiresAtMs <= clock.nowMs()) return this.remove(event.id);
    const delivery = await this.attempt(channel, event);
    if (delivery.outcome === 'delivered') {
      await this.remove(event.id);
      if (channel.state !== 'ok') await this.mark(channel.id, { state: 'ok', lastError: null, failures: 0 });
      return;
    }
    const failures = channel.failures + 1;
    const asked = delivery.outcome === 'retry' ? delivery.afterMs : null;
    log.warn(
      { homeId: channel.homeId, channel: channel.kind, reason: delivery.reason },
      'an automation (webhook or MQTT) could not be reached',
    );
    await this.mark(channel.id, { state: 'failing', lastError: delivery.reason.slice(0, 300), failures });
    await queries
      .updateTable('automationEvents')
      .set({ leaseUntilMs: 0, dueAtMs: clock.nowMs() + restMs(failures, asked) })
      .where('id', '=', event.id)
      .execute();
  }

  private attempt(
    { kind, target, memberId, homeName }: ChannelRow & { homeName: string },
    { id, body }: { id: string; body: string },
  ): Promise<Delivery> {
    const notifier = this.notifiers.get(kind);
    if (!notifier) return Promise.resolve({ outcome: 'refused', reason: `this server cannot send ${kind}` });
    const notice = { id, body: NotificationBody.parse(JSON.parse(body)), memberId, homeName };
    return notifier.send(
      openTarget(this.parts.keys, memberId, target),
      { ...notice, urgency: 'normal', ttlS: 3_600 },
      AbortSignal.timeout(ATTEMPT_MS),
    );
  }

  private async mark(id: string, set: Pick<ChannelRow, 'state' | 'lastError' | 'failures'>): Promise<void> {
    await this.parts.database.queries.updateTable('channels').set(set).where('id', '=', id).execute();
  }

  private async remove(id: string): Promise<void> {
    await this.parts.database.queries.deleteFrom('automationEvents').where('id', '=', id).execute();
  }
}
