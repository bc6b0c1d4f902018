import { NotificationBody } from '@earshot/shared/contracts/home.ts';
import { CLASS_RANK } from '@earshot/shared/labels.ts';
import type { Selectable } from 'kysely';
import { ofSameSound } from '../incidents/same-sound.ts';
import { publishAll } from '../live/live-feed.ts';
import type { CloudParts } from '../parts.ts';
import type { Schema } from '../store/schema.ts';
import { BatchedCalls } from '../store/batched-calls.ts';
import { type ChannelRow, personalChannelsOf } from './channels.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;
export type NotificationRow = Selectable<Schema['notifications']>;

/** A notification that this process may send now, and all the data for sending it. */
export interface DueNotification {
  row: NotificationRow;
  /** The member's channels in the order in which they are tried, without channels to automations. */
  channels: ChannelRow[];
  homeName: string;
  /**
   * Whether the incident has changed since this was written: the alarm ended, somebody acknowledged the alarm of this reminder, or a member
   * marked this alert as false.
   */
  isOutdated: boolean;
}

/**
 * When a process is killed, other processes send its leased notifications after this time. An alert must not wait longer. A process whose
 * attempt takes longer extends the lease (notification-lease.ts).
 */
export const LEASE_MS = 15_000;
export const EXTEND_EVERY_MS = 5_000;
const MARKED_AT_ONCE = 100;
const SENT_AFTER_THE_END: readonly string[] = ['opened', 'all_clear', 'update:rejected'];

/**
 * The transactional outbox of notifications. Any number of processes may send: each leases the rows that it sends. It leases and marks a
 * dozen rows at a time, because with thousands of alarms at once, one transaction per row would cost more than the sending.
 */
export class NotificationOutbox {
  private readonly parts: Parts;
  private readonly marking: BatchedCalls<{ row: NotificationRow; by: string }>;

  constructor(parts: Parts) {
    this.parts = parts;
    this.marking = new BatchedCalls(MARKED_AT_ONCE, async (sent) => {
      await this.mark(sent);
      return sent.map(() => null);
    });
  }

  /** Leases due notifications. Those of safety sounds come first. */
  async take(most: number): Promise<DueNotification[]> {
    return this.withChannels(await this.lease(most));
  }

  /** Reads due safety notifications without leasing them, for when the database can be read but not written. */
  readDueSafety(most: number): Promise<NotificationRow[]> {
    const { database, clock } = this.parts;
    const nowMs = clock.nowMs();
    return database.queries
      .selectFrom('notifications')
      .selectAll()
      .where('state', '=', 'pending')
      .where('rank', '=', CLASS_RANK.safety)
      .where('dueAtMs', '<=', nowMs)
      .where('leaseUntilMs', '<=', nowMs)
      .orderBy('dueAtMs')
      .limit(most)
      .execute();
  }

  async withChannels(rows: readonly NotificationRow[]): Promise<DueNotification[]> {
    if (rows.length === 0) return [];
    const { queries } = this.parts.database;
    const [channels, homes, outdated] = await Promise.all([
      personalChannelsOf(queries, [...new Set(rows.map(({ memberId }) => memberId))]),
      queries
        .selectFrom('homes')
        .select(['id', 'name'])
        .where('id', 'in', [...new Set(rows.map(({ homeId }) => homeId))])
        .execute(),
      this.outdated(rows),
    ]);
    const names = new Map(homes.map(({ id, name }) => [id, name]));
    return (await this.withoutActive(rows)).map((row) => ({
      row,
      channels: channels.filter(({ memberId }) => memberId === row.memberId),
      homeName: names.get(row.homeId) ?? '',
      isOutdated: outdated.has(row.id),
    }));
  }

  /**
   * An all-clear names other alerts that are over, too. Removes those that have opened again since: a phone must not
   * close their notifications.
   */
  private async withoutActive(rows: readonly NotificationRow[]): Promise<NotificationRow[]> {
    const named = new Map<string, NotificationBody>();
    for (const { id, step, body } of rows)
      if (step === 'all_clear') named.set(id, NotificationBody.parse(JSON.parse(body)));
    const ids = [...named.values()].flatMap(({ alsoOver = [] }) => alsoOver);
    if (ids.length === 0) return [...rows];
    const active = await this.parts.database.queries
      .selectFrom('incidents')
      .select('id')
      .where('id', 'in', [...new Set(ids)])
      .where('activeKey', 'is not', null)
      .execute();
    const isOver = (incidentId: string): boolean => active.every(({ id }) => id !== incidentId);
    return rows.map((row) => {
      const body = named.get(row.id);
      return body?.alsoOver
        ? { ...row, body: JSON.stringify({ ...body, alsoOver: body.alsoOver.filter(isOver) }) }
        : row;
    });
  }

  /**
   * The ids of outdated notifications. Reminders and updates are outdated once the member has an all-clear for their alarm. The first
   * safety alert is never outdated: it must be sent even after the alarm has fallen silent, because a fire can destroy the alarm. In other
   * classes, the first alert is outdated once a member marked it as false.
   */
  private async outdated(rows: readonly NotificationRow[]): Promise<Set<string>> {
    const { queries } = this.parts.database;
    const ids = [...new Set(rows.map(({ incidentId }) => incidentId))];
    const [allClears, incidents] = await Promise.all([
      this.allClearsFor(rows.filter(({ step }) => !SENT_AFTER_THE_END.includes(step))),
      queries
        .selectFrom('incidents')
        .select(['id', 'class', 'feedback', 'acknowledgedAtMs'])
        .where('id', 'in', ids)
        .execute(),
    ]);
    const idsOf = (some: typeof incidents) => new Set(some.map(({ id }) => id));
    const answered = idsOf(incidents.filter((one) => one.acknowledgedAtMs !== null || one.feedback === 'wrong'));
    const markedFalse = idsOf(incidents.filter((one) => one.class !== 'safety' && one.feedback === 'wrong'));
    return new Set(
      rows
        .filter(
          ({ id, incidentId, step }) =>
            allClears.has(id) ||
            (answered.has(incidentId) && /^(repeat|escalated):/.test(step)) ||
            (markedFalse.has(incidentId) && (step === 'opened' || step === 'upkeep')),
        )
        .map(({ id }) => id),
    );
  }

  /**
   * The ids of the notifications whose member has an all-clear for their incident. It may be the all-clear of another incident of the same
   * sound: one that was written after the notification, or after the incident's sound had ended.
   */
  private async allClearsFor(rows: readonly NotificationRow[]): Promise<Set<string>> {
    if (rows.length === 0) return new Set();
    const found = await this.parts.database.queries
      .selectFrom('notifications')
      .innerJoin('incidents', 'incidents.id', 'notifications.incidentId')
      .innerJoin('incidents as same', ofSameSound)
      .innerJoin('notifications as allClear', (join) =>
        join.onRef('allClear.incidentId', '=', 'same.id').onRef('allClear.memberId', '=', 'notifications.memberId'),
      )
      .select('notifications.id')
      .distinct()
      .where(
        'notifications.id',
        'in',
        rows.map(({ id }) => id),
      )
      .where('incidents.activeKey', 'is', null)
      .where('allClear.step', '=', 'all_clear')
      .where((e) =>
        e.or([
          e('allClear.id', '>', e.ref('notifications.id')),
          e('allClear.createdAtMs', '>=', e.ref('incidents.lastHeardAtMs')),
        ]),
      )
      .execute();
    return new Set(found.map(({ id }) => id));
  }

  private lease(most: number): Promise<NotificationRow[]> {
    const { database, clock } = this.parts;
    const nowMs = clock.nowMs();
    return database.transact(async (queries) => {
      let due = queries
        .selectFrom('notifications')
        .select('id')
        .where('state', '=', 'pending')
        .where('dueAtMs', '<=', nowMs)
        .where('leaseUntilMs', '<=', nowMs)
        // An all-clear or "false alert" replaces the alert on a phone, so it must wait until the alert is sent. An all-clear also waits for
        // the earlier alerts of the same sound, because it is for them too.
        .where((e) =>
          e.or([
            e.not(e.or([e('step', '=', 'all_clear'), e('step', 'like', 'marked_false:%')])),
            e.not(
              e.exists(
                e
                  .selectFrom('incidents')
                  .innerJoin('incidents as same', ofSameSound)
                  .innerJoin('notifications as alert', 'alert.incidentId', 'same.id')
                  .select('alert.id')
                  .whereRef('incidents.id', '=', 'notifications.incidentId')
                  .whereRef('alert.memberId', '=', 'notifications.memberId')
                  .whereRef('alert.id', '<', 'notifications.id')
                  .where('alert.step', '=', 'opened')
                  .where('alert.state', '=', 'pending')
                  .where((or) =>
                    or.or([or('same.id', '=', or.ref('incidents.id')), or('notifications.step', '=', 'all_clear')]),
                  ),
              ),
            ),
          ]),
        )
        .orderBy('rank')
        .orderBy('dueAtMs')
        .limit(most);
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
  }

  /** Returns the new end of the lease, or null when another process has leased the row. */
  async extend({ id }: NotificationRow, leaseUntilMs: number): Promise<number | null> {
    const { database, clock } = this.parts;
    const untilMs = clock.nowMs() + LEASE_MS;
    const { numUpdatedRows } = await database.queries
      .updateTable('notifications')
      .set({ leaseUntilMs: untilMs })
      .where('id', '=', id)
      .where('leaseUntilMs', '=', leaseUntilMs)
      .executeTakeFirst();
    return numUpdatedRows > 0n ? untilMs : null;
  }

  /** Marks the notification as delivered by a channel. */
  async sent(row: NotificationRow, by: string): Promise<void> {
    await this.marking.add({ row, by });
  }

  private async mark(sent: readonly { row: NotificationRow; by: string }[]): Promise<void> {
    const { database, clock, feed } = this.parts;
    const sentAtMs = clock.nowMs();
    await database.transact(async (queries) => {
      for (const sentBy of new Set(sent.map(({ by }) => by))) {
        const ids = sent.filter(({ by }) => by === sentBy).map(({ row }) => row.id);
        await queries
          .updateTable('notifications')
          .set({ state: 'sent', sentAtMs, sentBy, lastError: null, leaseUntilMs: 0 })
          .where('id', 'in', ids)
          .execute();
      }
      await publishAll(
        queries,
        clock,
        sent.map(({ row }) => ({ homeId: row.homeId, change: { type: 'incident', id: row.incidentId } })),
      );
    });
    feed.wake();
  }

  /** Marks a notification as outdated or expired, so that it is not sent any more. */
  async expire(row: NotificationRow): Promise<void> {
    await this.release(row, { state: 'expired' });
  }

  /** Sets the time of the next attempt for a notification that no channel delivered. */
  async postpone(row: NotificationRow, dueAtMs: number, lastError: string | null): Promise<void> {
    await this.release(row, { dueAtMs, lastError });
  }

  private async release(
    { id }: NotificationRow,
    set: Partial<Pick<NotificationRow, 'state' | 'dueAtMs' | 'lastError'>>,
  ): Promise<void> {
    await this.parts.database.queries
      .updateTable('notifications')
      .set({ ...set, leaseUntilMs: 0 })
      .where('id', '=', id)
      .execute();
  }
}
