import type { Selectable } from 'kysely';
import { ChannelRequest, NotificationBody } from '@earshot/shared/contracts/home.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { publish } from '../live/live-feed.ts';
import type { Schema } from '../store/schema.ts';
import { backOffMs } from './back-off.ts';
import { type ChannelRow, channelsOf } from './channels.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'log' | 'feed' | 'metrics'>;
type Row = Selectable<Schema['notifications']>;

/** How often the outbox is looked at; a change in this process is looked at at once (`wake`). */
const LOOK_MS = 500;
/** Longer than an attempt over all channels may take: a process that dies hands its rows on after this. */
const LEASE_MS = 60_000;
const ATTEMPT_MS = 10_000;
const AT_ONCE = 64;

export interface Told {
  incidentId: string;
  step: string;
  title: string;
  channel: string;
}

/**
 * Sends what stands in the outbox: safety first, each notification over the member's first channel that takes it. Rows are leased, so
 * any number of processes may send; a row is marked sent only after a channel took it, and what no channel takes is tried again until
 * it expires. A member without channels is told by the app alone, which shows every incident.
 */
export class Dispatcher {
  private readonly parts: Parts;
  private readonly notifiers: Map<string, Notifier>;
  private readonly onTold: (told: Told) => void;
  private readonly inFlight = new Set<Promise<void>>();
  private nudge: (() => void) | null = null;

  constructor(parts: Parts, notifiers: readonly Notifier[], onTold: (told: Told) => void) {
    this.parts = parts;
    this.notifiers = new Map(notifiers.map((notifier) => [notifier.kind, notifier]));
    this.onTold = onTold;
  }

  wake(): void {
    this.nudge?.();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    while (!signal.aborted) {
      let taken = 0;
      try {
        taken = await this.takeDue();
      } catch (error) {
        log.error({ err: error }, 'the outbox of notifications cannot be read');
      }
      if (taken > 0 && this.inFlight.size < AT_ONCE) continue;
      const woken = new AbortController();
      this.nudge = () => woken.abort();
      await clock.sleep(LOOK_MS, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
      this.nudge = null;
    }
    await Promise.all(this.inFlight);
    await Promise.all([...this.notifiers.values()].map(async (notifier) => notifier.close?.()));
  }

  /** Leases what is due, as far as there is room, and starts sending it. */
  private async takeDue(): Promise<number> {
    const { database, clock, log } = this.parts;
    const room = AT_ONCE - this.inFlight.size;
    if (room <= 0) return 0;
    const nowMs = clock.nowMs();
    const rows = await database.transact(async (queries) => {
      let due = queries
        .selectFrom('notifications')
        .select('id')
        .where('state', '=', 'pending')
        .where('dueAtMs', '<=', nowMs)
        .where('leaseUntilMs', '<=', nowMs)
        .orderBy('rank')
        .orderBy('dueAtMs')
        .limit(room);
      if (database.kind === 'postgres') due = due.forUpdate().skipLocked();
      const ids = (await due.execute()).map(({ id }) => id);
      if (ids.length === 0) return [];
      return queries
        .updateTable('notifications')
        .set((e) => ({ leaseUntilMs: nowMs + LEASE_MS, attempts: e('attempts', '+', 1) }))
        .where('id', 'in', ids)
        .returningAll()
        .execute();
    });
    for (const row of rows) {
      const sending = this.deliver(row)
        .catch((error: unknown) =>
          log.error(
            { err: error, homeId: row.homeId, incidentId: row.incidentId },
            'a notification could not be handled',
          ),
        )
        .finally(() => {
          this.inFlight.delete(sending);
          this.nudge?.();
        });
      this.inFlight.add(sending);
    }
    return rows.length;
  }

  private async deliver(row: Row): Promise<void> {
    const { database, clock, log } = this.parts;
    const nowMs = clock.nowMs();
    if (nowMs >= row.expiresAtMs) return this.finish(row, { state: 'expired' });
    const channels = (await channelsOf(database.queries, row.memberId)).filter(({ state }) => state !== 'gone');
    if (channels.length === 0) return this.sent(row, 'app');

    const home = await database.queries
      .selectFrom('homes')
      .select('name')
      .where('id', '=', row.homeId)
      .executeTakeFirst();
    const notice = noticeOf(row, home?.name ?? '', nowMs);
    let reason = row.lastError;
    for (const channel of channels) {
      if (channel.restUntilMs > nowMs) continue;
      const delivery = await this.attempt(channel, notice);
      await this.remember(channel, delivery);
      if (delivery.outcome === 'delivered') return this.sent(row, channel.kind);
      reason = delivery.reason;
      log.warn(
        { homeId: row.homeId, incidentId: row.incidentId, channel: channel.kind, outcome: delivery.outcome, reason },
        'a channel failed, the next one is taken',
      );
    }
    await this.finish(row, { dueAtMs: await this.nextChanceMs(row.memberId), lastError: reason });
  }

  /** When the first of the member's channels has rested; at once when the last one is gone (then the app alone tells). */
  private async nextChanceMs(memberId: string): Promise<number> {
    const left = (await channelsOf(this.parts.database.queries, memberId)).filter(({ state }) => state !== 'gone');
    return left.length === 0 ? this.parts.clock.nowMs() : Math.min(...left.map(({ restUntilMs }) => restUntilMs));
  }

  private async attempt(channel: ChannelRow, notice: Notice): Promise<Delivery> {
    const notifier = this.notifiers.get(channel.kind);
    if (!notifier) return { outcome: 'refused', reason: `this server cannot send ${channel.kind}` };
    const delivery = await notifier.send(
      ChannelRequest.parse(JSON.parse(channel.target)),
      notice,
      AbortSignal.timeout(ATTEMPT_MS),
    );
    this.parts.metrics.deliveries.inc({ kind: channel.kind, outcome: delivery.outcome });
    return delivery;
  }

  /** One message now, for "send me a test": no outbox, no second try. */
  async test(channel: ChannelRow, body: NotificationBody, homeName: string): Promise<Delivery> {
    const delivery = await this.attempt(channel, { id: body.incidentId, body, homeName, urgency: 'normal', ttlS: 300 });
    await this.remember(channel, delivery);
    return delivery;
  }

  private async remember(channel: ChannelRow, delivery: Delivery): Promise<void> {
    const { database, clock } = this.parts;
    const { queries } = database;
    if (delivery.outcome === 'gone') {
      await queries.deleteFrom('channels').where('id', '=', channel.id).execute();
      return;
    }
    if (delivery.outcome === 'delivered') {
      if (channel.state === 'ok' && channel.failures === 0) return;
      await queries
        .updateTable('channels')
        .set({ state: 'ok', lastError: null, failures: 0, restUntilMs: 0 })
        .where('id', '=', channel.id)
        .execute();
      return;
    }
    const failures = channel.failures + 1;
    const asked = delivery.outcome === 'retry' ? delivery.afterMs : null;
    await queries
      .updateTable('channels')
      .set({
        state: 'failing',
        lastError: delivery.reason.slice(0, 300),
        failures,
        restUntilMs: clock.nowMs() + (asked ?? backOffMs(failures)),
      })
      .where('id', '=', channel.id)
      .execute();
  }

  private async sent(row: Row, by: string): Promise<void> {
    const { clock, metrics } = this.parts;
    const nowMs = clock.nowMs();
    await this.finish(row, { state: 'sent', sentAtMs: nowMs, sentBy: by, lastError: null });
    metrics.notifyLatency.observe({ kind: by }, (nowMs - row.dueAtMs) / 1000);
    const { title, incidentId, step } = NotificationBody.parse(JSON.parse(row.body));
    this.onTold({ incidentId, step, title, channel: by });
  }

  private async finish(
    row: Row,
    set: Partial<Pick<Row, 'state' | 'sentAtMs' | 'sentBy' | 'dueAtMs' | 'lastError'>>,
  ): Promise<void> {
    const { database, clock, feed } = this.parts;
    await changeHome(database, row.homeId, async (queries) => {
      await queries
        .updateTable('notifications')
        .set({ ...set, leaseUntilMs: 0 })
        .where('id', '=', row.id)
        .execute();
      if (set.state === 'sent') await publish(queries, clock, row.homeId, { type: 'incident', id: row.incidentId });
    });
    if (set.state === 'sent') feed.wake();
  }
}

function noticeOf(row: Row, homeName: string, nowMs: number): Notice {
  const body = NotificationBody.parse(JSON.parse(row.body));
  const urgency = body.test || body.class === 'upkeep' ? 'low' : body.class === 'safety' ? 'high' : 'normal';
  return { id: row.id, body, homeName, urgency, ttlS: Math.max(60, Math.round((row.expiresAtMs - nowMs) / 1000)) };
}
