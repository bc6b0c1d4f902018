import { systemClock } from '@earshot/shared/clock.ts';
import { type ChannelRequest, NotificationBody } from '@earshot/shared/contracts/home.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import type { CloudParts } from '../parts.ts';
import { inSpan } from '../tracing.ts';
import { restMs } from './back-off.ts';
import { isCalming } from './calming-step.ts';
import { firstDelivered } from './first-delivered.ts';
import { type ChannelRow, personalChannelsOf } from './channels.ts';
import type { Delivery, Notice, Notifier } from './notifier.ts';
import { whileLeased } from './notification-lease.ts';
import { type DueNotification, NotificationOutbox, type NotificationRow } from './notification-outbox.ts';
import { openTarget } from './sealed-target.ts';
import { UnwrittenNotifications } from './unwritten-notifications.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'log' | 'feed' | 'metrics' | 'keys'>;

/** How often to check for notifications that other processes stored. `wake` starts a check at once. */
const LOOK_MS = 500;
/**
 * Wait this long after the first due notification to coalesce bursts: one query costs about as much as delivering a dozen notifications.
 */
const GATHER_MS = 20;
/**
 * The longest time of an attempt. Like the wait for the next channel (first-delivered.ts), it is measured in real time, not by `clock`.
 */
export const ATTEMPT_MS = 10_000;
const MOST_A_TAKE = 128;
/**
 * Limits concurrent notifications to four batches. So even if three batches hang on channels that do not answer, new notifications are
 * sent.
 */
const AT_ONCE = 4 * MOST_A_TAKE;

export interface SentNotification {
  incidentId: string;
  step: string;
  title: string;
  channel: string;
}

/**
 * Sends the notifications of the outbox: safety first, each over the first of the member's channels that delivers it. Rows are leased, so
 * any number of processes may send. A row is marked as sent only after a channel has delivered it, and is retried until it expires. A
 * member without channels sees the incident only in the app.
 */
export class Dispatcher {
  private readonly parts: Parts;
  private readonly outbox: NotificationOutbox;
  private readonly notifiers: Map<string, Notifier>;
  private readonly unwritten: UnwrittenNotifications;
  private readonly onSent: (sent: SentNotification) => void;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly wakeUp: WakeUp;
  /** True while there is no room for another batch. The next batch waits until a batch in progress ends. */
  private isCrowded = false;

  constructor(parts: Parts, notifiers: readonly Notifier[], onSent: (sent: SentNotification) => void) {
    this.parts = parts;
    this.outbox = new NotificationOutbox(parts);
    this.unwritten = new UnwrittenNotifications(parts.clock);
    this.notifiers = new Map(notifiers.map((notifier) => [notifier.kind, notifier]));
    this.onSent = onSent;
    this.wakeUp = new WakeUp(parts.clock);
  }

  wake(): void {
    this.wakeUp.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    while (!signal.aborted) {
      this.wakeUp.reset();
      let taken = 0;
      try {
        taken = await this.takeDue();
      } catch (error) {
        log.error({ err: error }, 'pending notifications cannot be leased');
        await this.sendUnleased();
      }
      if (taken === MOST_A_TAKE) continue;
      if (await this.wakeUp.wait(LOOK_MS, signal)) await pause(clock, GATHER_MS, signal);
    }
    await Promise.all(this.inFlight);
    await Promise.all([...this.notifiers.values()].map(async (notifier) => notifier.close?.()));
  }

  /** Leases as many due notifications as there is room for, and starts to send them. */
  private async takeDue(): Promise<number> {
    this.isCrowded = AT_ONCE - this.inFlight.size < MOST_A_TAKE;
    if (this.isCrowded) return 0;
    const due = await this.outbox.take(MOST_A_TAKE);
    const { clock, log } = this.parts;
    const leasing = {
      outbox: this.outbox,
      clock,
      onError: (error: unknown) => log.warn({ err: error }, 'the lease of a notification could not be extended'),
    };
    for (const notification of due) {
      const { homeId, incidentId, step } = notification.row;
      const sending = inSpan(
        'notify',
        { 'earshot.home': homeId, 'earshot.incident': incidentId, 'earshot.step': step },
        () => whileLeased(leasing, notification.row, () => this.deliver(notification)),
      )
        .catch((error: unknown) =>
          this.parts.log.error({ err: error, homeId, incidentId }, 'a notification could not be handled'),
        )
        .finally(() => {
          this.inFlight.delete(sending);
          if (this.isCrowded) this.wake();
        });
      this.inFlight.add(sending);
    }
    return due.length;
  }

  private async deliver({ row, channels, homeName, isOutdated }: DueNotification): Promise<void> {
    const { clock, log } = this.parts;
    const nowMs = clock.nowMs();
    if (nowMs >= row.expiresAtMs || isOutdated) return this.outbox.expire(row);
    const sentBefore = await this.unwritten.channelOf(row);
    if (sentBefore !== null) {
      await this.outbox.sent(row, sentBefore);
      this.unwritten.forget(row);
      return;
    }
    const usable = channels.filter(({ state }) => state !== 'gone');
    if (usable.length === 0) return this.sent(row, 'app');

    const notice = noticeOf(row, homeName, nowMs);
    let reason = row.lastError;
    const rested = usable.filter(({ restUntilMs }) => restUntilMs <= nowMs);
    const taker = await firstDelivered(rested, systemClock, async (channel, signal) => {
      const delivery = await this.attempt(channel, notice, signal);
      await this.remember(channel, delivery);
      if (delivery.outcome === 'delivered') return true;
      reason = delivery.reason;
      log.warn(
        { homeId: row.homeId, incidentId: row.incidentId, channel: channel.kind, outcome: delivery.outcome, reason },
        'a channel failed; the next channel is tried',
      );
      return false;
    });
    if (taker) {
      // Remember that it was sent: if the following write fails, the row becomes due again.
      this.unwritten.noteSent(row, taker.kind);
      await this.sent(row, taker.kind);
      this.unwritten.forget(row);
      return;
    }
    await this.outbox.postpone(row, await this.nextChanceMs(row.memberId), reason);
  }

  /**
   * Called when the outbox can be read but not written. Sends safety notifications without a lease. Another process may send the same
   * notifications, which is better than no alert.
   */
  private async sendUnleased(): Promise<void> {
    try {
      await this.sendUnwritten(await this.outbox.readDueSafety(MOST_A_TAKE));
    } catch (error) {
      this.parts.log.error({ err: error }, 'pending notifications cannot be read');
    }
  }

  /** Sends safety notifications that the database did not store, over each member's first channel that delivers. */
  async sendUnwritten(rows: readonly NotificationRow[]): Promise<void> {
    const notifications = await this.outbox.withChannels(rows);
    await Promise.all(
      notifications.map((notification) =>
        this.unwritten.send(notification.row, () => this.deliverFromMemory(notification)),
      ),
    );
  }

  private async deliverFromMemory({ row, channels, homeName }: DueNotification): Promise<string | null> {
    const { clock, log } = this.parts;
    const notice = noticeOf(row, homeName, clock.nowMs());
    const taker = await firstDelivered(
      channels,
      systemClock,
      async (channel, signal) => (await this.attempt(channel, notice, signal)).outcome === 'delivered',
    );
    const { homeId, incidentId, step } = row;
    const sent = { homeId, incidentId, step, channel: taker?.kind ?? null };
    log.error(sent, 'the database cannot be written: an alarm was sent from memory');
    if (taker) this.emit(row, taker.kind);
    return taker?.kind ?? null;
  }

  /**
   * The earliest time at which one of the member's channels may be retried. If the member has no channels left, it is now: only the app
   * shows the incident.
   */
  private async nextChanceMs(memberId: string): Promise<number> {
    const own = await personalChannelsOf(this.parts.database.queries, [memberId]);
    const left = own.filter(({ state }) => state !== 'gone');
    return left.length === 0 ? this.parts.clock.nowMs() : Math.min(...left.map(({ restUntilMs }) => restUntilMs));
  }

  /** `superseded` aborts when another channel has delivered. */
  private async attempt(channel: ChannelRow, notice: Notice, superseded?: AbortSignal): Promise<Delivery> {
    const notifier = this.notifiers.get(channel.kind);
    if (!notifier) return { outcome: 'refused', reason: `this server cannot send ${channel.kind}` };
    let target: ChannelRequest;
    try {
      target = openTarget(this.parts.keys, channel.memberId, channel.target);
    } catch (error) {
      return { outcome: 'refused', reason: asEarshotError(error, 'INTERNAL', channel.kind).message };
    }
    const delivery = await notifier.send(
      target,
      notice,
      AbortSignal.any([AbortSignal.timeout(ATTEMPT_MS), ...(superseded ? [superseded] : [])]),
    );
    this.parts.metrics.deliveries.inc({ kind: channel.kind, outcome: delivery.outcome });
    return delivery;
  }

  /** Sends a test message at once, without the outbox and without retries. */
  async test(channel: ChannelRow, body: NotificationBody, homeName: string): Promise<Delivery> {
    const { memberId } = channel;
    // The test is as loud as an alarm, so that people learn whether a real alarm would ring.
    const notice: Notice = { id: body.incidentId, body, memberId, homeName, urgency: 'high', ttlS: 300 };
    const delivery = await this.attempt(channel, notice);
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
        restUntilMs: clock.nowMs() + restMs(failures, asked),
      })
      .where('id', '=', channel.id)
      .execute();
  }

  private async sent(row: NotificationRow, by: string): Promise<void> {
    await this.outbox.sent(row, by);
    this.parts.metrics.notifyLatency.observe({ kind: by }, (this.parts.clock.nowMs() - row.dueAtMs) / 1000);
    this.emit(row, by);
  }

  private emit(row: NotificationRow, by: string): void {
    const { title, incidentId, step } = NotificationBody.parse(JSON.parse(row.body));
    this.onSent({ incidentId, step, title, channel: by });
  }
}

function noticeOf(row: NotificationRow, homeName: string, nowMs: number): Notice {
  const written = NotificationBody.parse(JSON.parse(row.body));
  const isOver = isCalming(row.step);
  // Failing channels may delay the message, so the text of an alarm says how long ago it was written.
  const waited = Math.floor((nowMs - row.createdAtMs) / 60_000);
  const body = isOver || waited < 1 ? written : { ...written, body: `${waited} min ago: ${written.body}` };
  const { test, class: kind } = body;
  const urgency = test || kind === 'upkeep' ? 'low' : kind === 'safety' && !isOver ? 'high' : 'normal';
  return {
    id: row.id,
    body,
    memberId: row.memberId,
    homeName,
    urgency,
    ttlS: Math.max(60, Math.round((row.expiresAtMs - nowMs) / 1000)),
  };
}
