import { randomUUID } from 'node:crypto';
import type { CloudParts } from '../parts.ts';
import type { ChannelRow } from '../notify/channels.ts';

/** When a process dies, other processes take over its brokers after at most this time, when its lease ends. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/**
 * The most homes per process, because each home needs a connection to its broker. Other processes serve the remaining homes.
 */
const MOST_HOMES = 200;

/**
 * Makes sure that only one of several API processes connects to a home's broker. Two would publish the same states twice and carry out each
 * order twice. A cloud on SQLite is a single process, so it needs no leases.
 */
export class BridgeLeases {
  private readonly parts: Pick<CloudParts, 'database' | 'clock'>;
  private readonly holder = randomUUID();

  constructor(parts: Pick<CloudParts, 'database' | 'clock'>) {
    this.parts = parts;
  }

  /**
   * Leases channels that no other process holds, and renews this process's leases. Returns the channels to which this process may connect
   * now.
   */
  async hold(channels: readonly ChannelRow[]): Promise<readonly ChannelRow[]> {
    const { database, clock } = this.parts;
    if (database.kind === 'sqlite') return channels;
    const nowMs = clock.nowMs();
    const own = channels.filter(({ bridgeHolder, bridgeUntilMs }) => this.is(bridgeHolder) && bridgeUntilMs > nowMs);
    const aging = own.filter(({ bridgeUntilMs }) => bridgeUntilMs < nowMs + LEASE_MS - RENEW_MS);
    const free = channels.filter(({ bridgeUntilMs }) => bridgeUntilMs <= nowMs);
    const wanted = [...aging, ...free.slice(0, Math.max(0, MOST_HOMES - own.length))].map(({ id }) => id);
    const taken = wanted.length === 0 ? [] : await this.take(wanted, nowMs);
    return channels.filter(
      (channel) => taken.includes(channel.id) || (own.includes(channel) && !aging.includes(channel)),
    );
  }

  /** Releases the channels, so that another process can lease them at once. */
  async release(): Promise<void> {
    const { database } = this.parts;
    if (database.kind === 'sqlite') return;
    await database.queries
      .updateTable('channels')
      .set({ bridgeHolder: null, bridgeUntilMs: 0 })
      .where('bridgeHolder', '=', this.holder)
      .execute();
  }

  private async take(ids: readonly string[], nowMs: number): Promise<string[]> {
    const rows = await this.parts.database.queries
      .updateTable('channels')
      .set({ bridgeHolder: this.holder, bridgeUntilMs: nowMs + LEASE_MS })
      .where('id', 'in', ids)
      .where((e) => e.or([e('bridgeHolder', '=', this.holder), e('bridgeUntilMs', '<=', nowMs)]))
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  private is(holder: string | null): boolean {
    return holder === this.holder;
  }
}
