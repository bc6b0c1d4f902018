import { sql, type Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import {
  LANES,
  MAX_BODY_BYTES,
  MAX_DELIVERIES,
  type DeadLetter,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type WorkQueue,
} from './work-queue.ts';

/** How often a waiting receiver checks for messages of other processes. Messages of its own process wake it at once. */
const LOOK_MS = 200;
const NEVER = new AbortController().signal;

/**
 * The work queue as a table in the cloud's database. Groups take turns by start-time fair queueing. The turn of a message is one higher
 * than the turn of the group's previous message, but not lower than the turn that is being served now. So if one group has a thousand
 * waiting messages, a new group's first message waits for only one of them.
 */
export class DatabaseQueue implements WorkQueue {
  readonly kind = 'database';
  private readonly database: Database;
  private readonly name: string;
  private readonly clock: Clock;
  private readonly waiting = new Set<WakeUp>();

  constructor(database: Database, name: string, clock: Clock) {
    this.database = database;
    this.name = name;
    this.clock = clock;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const { body } of messages) {
      const bytes = Buffer.byteLength(body);
      if (bytes > MAX_BODY_BYTES)
        throw new EarshotError('MESSAGE_TOO_LARGE', `${bytes} bytes; the limit is ${MAX_BODY_BYTES}.`);
    }
    await this.guard('send', () =>
      this.database.transact(async (queries) => {
        for (const message of messages) await this.insert(queries, message);
      }),
    );
    this.wakeReceivers();
  }

  private async insert(queries: Transaction<Schema>, message: OutgoingMessage): Promise<void> {
    const lane = LANES.indexOf(message.lane);
    const nowMs = this.clock.nowMs();
    const mine = queries
      .selectFrom('jobs')
      .where('queue', '=', this.name)
      .where('state', '=', 'ready')
      .where('lane', '=', lane);
    const serving = await mine.select((e) => e.fn.min('turn').as('turn')).executeTakeFirst();
    const last = await mine
      .where('group', '=', message.group)
      .select((e) => e.fn.max('turn').as('turn'))
      .executeTakeFirst();
    const turn = Math.max(Number(serving?.turn ?? 0), last?.turn == null ? 0 : Number(last.turn) + 1);
    await queries
      .insertInto('jobs')
      .values({
        id: uuid(),
        queue: this.name,
        lane,
        group: message.group,
        turn,
        body: message.body,
        state: 'ready',
        visibleAtMs: nowMs + (message.delayMs ?? 0),
        receipt: null,
        deliveries: 0,
        sentAtMs: nowMs,
        reason: null,
      })
      .execute();
  }

  async receive({ waitMs, signal = NEVER, ...options }: ReceiveOptions): Promise<ReceivedMessage[]> {
    const untilMs = this.clock.nowMs() + waitMs;
    const wakeUp = new WakeUp(this.clock);
    this.waiting.add(wakeUp);
    try {
      while (!signal.aborted) {
        const messages = await this.guard('receive', () => this.lease(options));
        const leftMs = untilMs - this.clock.nowMs();
        if (messages.length > 0 || leftMs <= 0) return messages;
        await wakeUp.wait(Math.min(LOOK_MS, leftMs), signal);
      }
      return [];
    } finally {
      this.waiting.delete(wakeUp);
    }
  }

  private lease({ max, leaseMs }: Pick<ReceiveOptions, 'max' | 'leaseMs'>): Promise<ReceivedMessage[]> {
    return this.database.transact(async (queries) => {
      const nowMs = this.clock.nowMs();
      await this.buryPoison(queries, nowMs);
      let next = queries
        .selectFrom('jobs')
        .select('id')
        .where('queue', '=', this.name)
        .where('state', '=', 'ready')
        .where('visibleAtMs', '<=', nowMs)
        .orderBy('lane')
        .orderBy('turn')
        .orderBy('id')
        .limit(max);
      if (this.database.kind === 'postgres') next = next.forUpdate().skipLocked();
      const ids = (await next.execute()).map((row) => row.id);
      if (ids.length === 0) return [];
      const rows = await queries
        .updateTable('jobs')
        .set((e) => ({ receipt: uuid(), visibleAtMs: nowMs + leaseMs, deliveries: e('deliveries', '+', 1) }))
        .where('id', 'in', ids)
        .returningAll()
        .execute();
      rows.sort((a, b) => a.lane - b.lane || a.turn - b.turn || (a.id < b.id ? -1 : 1));
      return rows.map(({ id, body, lane, group, receipt, deliveries, sentAtMs }) => ({
        id,
        body,
        lane: LANES[lane] ?? 'normal',
        group,
        receipt: receipt ?? '',
        deliveries,
        sentAtMs,
      }));
    });
  }

  private async buryPoison(queries: Transaction<Schema>, nowMs: number): Promise<void> {
    await queries
      .updateTable('jobs')
      .set({ state: 'dead', receipt: null, reason: `received ${MAX_DELIVERIES} times without success` })
      .where('queue', '=', this.name)
      .where('state', '=', 'ready')
      .where('visibleAtMs', '<=', nowMs)
      .where('deliveries', '>=', MAX_DELIVERIES)
      .execute();
  }

  async extend(message: ReceivedMessage, leaseMs: number): Promise<boolean> {
    const visibleAtMs = this.clock.nowMs() + leaseMs;
    const { numUpdatedRows } = await this.guard('extend', () =>
      this.held(message).set({ visibleAtMs }).executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  async ack({ id, receipt }: ReceivedMessage): Promise<void> {
    await this.guard('ack', () =>
      this.database.queries.deleteFrom('jobs').where('id', '=', id).where('receipt', '=', receipt).execute(),
    );
  }

  async release(message: ReceivedMessage, delayMs: number): Promise<void> {
    const visibleAtMs = this.clock.nowMs() + delayMs;
    await this.guard('release', () => this.held(message).set({ visibleAtMs, receipt: null }).execute());
    if (delayMs === 0) this.wakeReceivers();
  }

  async bury(message: ReceivedMessage, reason: string): Promise<void> {
    await this.guard('bury', () =>
      this.held(message)
        .set({ state: 'dead', receipt: null, reason: reason.slice(0, 500) })
        .execute(),
    );
  }

  async deadLetters(max: number): Promise<DeadLetter[]> {
    const rows = await this.guard('read dead letters', () =>
      this.database.queries
        .selectFrom('jobs')
        .select(['id', 'body', 'reason', 'sentAtMs'])
        .where('queue', '=', this.name)
        .where('state', '=', 'dead')
        .orderBy('id')
        .limit(max)
        .execute(),
    );
    return rows.map((row) => ({ ...row, reason: row.reason ?? '' }));
  }

  async redrive(): Promise<number> {
    const { numUpdatedRows } = await this.guard('redrive', () =>
      this.database.queries
        .updateTable('jobs')
        .set({ state: 'ready', deliveries: 0, reason: null, visibleAtMs: this.clock.nowMs() })
        .where('queue', '=', this.name)
        .where('state', '=', 'dead')
        .executeTakeFirstOrThrow(),
    );
    this.wakeReceivers();
    return Number(numUpdatedRows);
  }

  async depth(): Promise<QueueDepth> {
    const nowMs = this.clock.nowMs();
    const row = await this.guard('measure', () =>
      this.database.queries
        .selectFrom('jobs')
        .where('queue', '=', this.name)
        .select([
          sql<number>`sum(case when state = 'ready' and receipt is null or state = 'ready' and visible_at_ms <= ${nowMs} then 1 else 0 end)`.as(
            'ready',
          ),
          sql<number>`sum(case when state = 'ready' and receipt is not null and visible_at_ms > ${nowMs} then 1 else 0 end)`.as(
            'leased',
          ),
          sql<number>`sum(case when state = 'dead' then 1 else 0 end)`.as('dead'),
          sql<number | null>`min(case when state = 'ready' and visible_at_ms <= ${nowMs} then sent_at_ms end)`.as(
            'oldest',
          ),
        ])
        .executeTakeFirst(),
    );
    const oldestAgeMs = row?.oldest == null ? 0 : Math.max(0, nowMs - Number(row.oldest));
    return {
      ready: Number(row?.ready ?? 0),
      leased: Number(row?.leased ?? 0),
      dead: Number(row?.dead ?? 0),
      oldestAgeMs,
    };
  }

  async check(): Promise<void> {
    await this.guard('reach', () => this.database.check());
  }

  private held({ id, receipt }: ReceivedMessage) {
    return this.database.queries
      .updateTable('jobs')
      .where('id', '=', id)
      .where('receipt', '=', receipt)
      .where('state', '=', 'ready');
  }

  private wakeReceivers(): void {
    for (const receiver of this.waiting) receiver.wake();
  }

  private async guard<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asEarshotError(error, 'QUEUE', `${this.name}: ${what}`);
    }
  }
}
