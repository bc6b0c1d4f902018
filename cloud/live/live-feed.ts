import { v7 as uuid } from 'uuid';
import type { Clock } from '@earshot/shared/clock.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import type { Logger } from 'pino';
import type { Database, Queries } from '../store/database.ts';

/**
 * Says what changed, without the new state. Listeners read the current state when they send it, so an older state never replaces a newer
 * state.
 */
export type Change =
  | { type: 'incident' | 'incident_deleted' | 'device'; id: string }
  | { type: 'settings'; version: number }
  | { type: 'members' };

/** With more homes than this, the changes of all homes are read, because the number of values in a query is limited. */
const MOST_NAMED_HOMES = 5_000;
/** How often changes of other processes are read. Changes of this process are passed on at once. */
const LOOK_MS = 500;
/**
 * Each read of the changes starts this long before the beginning of the previous successful read, because a transaction
 * that began earlier may commit later.
 */
const OVERLAP_MS = 5_000;

/**
 * Stores a change for the live streams. Call this inside the transaction that makes the change. Nothing is written
 * while no app of the home is open.
 */
export const publish = (queries: Queries, clock: Clock, homeId: string, change: Change): Promise<void> =>
  publishAll(queries, clock, [{ homeId, change }]);

export async function publishAll(
  queries: Queries,
  clock: Clock,
  changes: readonly { homeId: string; change: Change }[],
): Promise<void> {
  if (changes.length === 0) return;
  const atMs = clock.nowMs();
  const watched = await queries
    .selectFrom('homes')
    .select('id')
    .where('id', 'in', [...new Set(changes.map(({ homeId }) => homeId))])
    .where('watchedUntilMs', '>=', atMs)
    .execute();
  const isWatched = new Set(watched.map(({ id }) => id));
  const rows = changes
    .filter(({ homeId }) => isWatched.has(homeId))
    .map(({ homeId, change }) => ({ id: uuid(), homeId, atMs, event: JSON.stringify(change) }));
  if (rows.length > 0) await queries.insertInto('changes').values(rows).execute();
}

type Listener = (change: Change) => void;

/**
 * Passes changes on to the live streams of all processes. Changes are rows of a table, and each process reads the new rows for its own
 * listeners.
 */
export class LiveFeed {
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly passedOn = new Map<string, number>();
  private readonly wakeUp: WakeUp;
  /** When the last successful read began, or else the first attempt; null while nobody listens. */
  private readAtMs: number | null = null;
  /** Resolve the calls of `caughtUp` that no successful read has followed yet. */
  private waiting: (() => void)[] = [];

  constructor(database: Database, clock: Clock, log: Logger) {
    this.database = database;
    this.clock = clock;
    this.log = log;
    this.wakeUp = new WakeUp(clock);
  }

  listen(homeId: string, listener: Listener): () => void {
    const ofHome = this.listeners.get(homeId) ?? new Set();
    ofHome.add(listener);
    this.listeners.set(homeId, ofHome);
    return () => {
      ofHome.delete(listener);
      if (ofHome.size === 0) this.listeners.delete(homeId);
    };
  }

  /**
   * Informs the listeners of this process about a change that has no row in the table. Listeners of other processes learn of it with their
   * next keep-alive message.
   */
  notifyListeners(homeId: string, change: Change): void {
    for (const listener of this.listeners.get(homeId) ?? []) listener(change);
  }

  /** Call this after this process has committed a change, to read the change now instead of in the next round. */
  wake(): void {
    this.wakeUp.wake();
  }

  /**
   * Resolves when all changes that were stored before this call are passed on. It does not resolve while reads fail or
   * do not answer.
   */
  caughtUp(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waiting = this.waiting;
      this.waiting = [];
      try {
        if (this.listeners.size > 0) await this.passOn();
        else this.readAtMs = null;
        for (const resolve of waiting) resolve();
      } catch (error) {
        this.waiting.push(...waiting);
        this.log.error({ err: error }, 'live streams could not be served');
      }
      await this.wakeUp.wait(LOOK_MS, signal);
    }
  }

  private async passOn(): Promise<void> {
    const nowMs = this.clock.nowMs();
    // After failed reads this reads their changes, too. If reads fail for longer than the rows are kept (a minute), no
    // beat succeeds (`caughtUp`), and so the streams have ended.
    this.readAtMs ??= nowMs;
    const fromMs = Math.min(this.readAtMs, nowMs) - OVERLAP_MS;
    const homes = [...this.listeners.keys()];
    const newest = this.database.queries.selectFrom('changes').selectAll().where('atMs', '>', fromMs).orderBy('id');
    const changes = await (homes.length > MOST_NAMED_HOMES ? newest : newest.where('homeId', 'in', homes)).execute();
    for (const { id, homeId, atMs, event } of changes) {
      if (this.passedOn.has(id)) continue;
      this.passedOn.set(id, atMs);
      for (const listener of this.listeners.get(homeId) ?? []) listener(JSON.parse(event) as Change);
    }
    this.readAtMs = nowMs;
    for (const [id, atMs] of this.passedOn) if (atMs < nowMs - 2 * OVERLAP_MS) this.passedOn.delete(id);
  }
}
