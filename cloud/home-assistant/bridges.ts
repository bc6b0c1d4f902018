import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { CloudParts } from '../parts.ts';
import type { AddressGuard } from '../notify/address-guard.ts';
import type { ChannelRow } from '../notify/channels.ts';
import { openTarget } from '../notify/sealed-target.ts';
import { BridgeLeases } from './bridge-leases.ts';
import { HomeBridge } from './home-bridge.ts';

/** How often a home's state is read. The interval is short, because an automation may be waiting for the new state. */
const LOOK_MS = 500;
/**
 * At most 40 homes are read per second, so with many homes each home is read less often. A home whose alert changed is read in the next
 * round.
 */
const MS_A_HOME = 25;
/**
 * A change of an incident that is older than this does not move its home to the next round. The home is read in its usual turn.
 */
const RECENT_MS = 86_400_000;
/**
 * Each read of the changes starts this long before the end of the previous read, because a transaction that began earlier may commit later.
 */
const OVERLAP_MS = 2_000;

export type BridgeParts = Pick<CloudParts, 'database' | 'clock' | 'feed' | 'log' | 'keys' | 'version'>;

interface Held {
  /** The channel's id. */
  id: string;
  homeId: string;
  bridge: HomeBridge;
  dueAtMs: number;
  /**
   * The round of this home that is in progress. Other homes do not wait for it, because a broker that does not answer must not delay them.
   */
  turn: Promise<void> | null;
}

/**
 * Runs a bridge for every home that has an MQTT channel. Each home is served by only one process (bridge-leases.ts).
 */
export class HomeAssistantBridges {
  private readonly parts: BridgeParts;
  private readonly guard: AddressGuard;
  private readonly linkUrl: string | null;
  private readonly leases: BridgeLeases;
  /** The bridges, with channel and address as their key: a changed address needs a new bridge. */
  private readonly held = new Map<string, Held>();
  /** Channels whose broker failed in the last round. Each failure is logged only once. */
  private readonly failing = new Set<string>();

  constructor(parts: BridgeParts, guard: AddressGuard, linkUrl: string | null) {
    this.parts = parts;
    this.guard = guard;
    this.linkUrl = linkUrl;
    this.leases = new BridgeLeases(parts);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    const failed = (error: unknown) => log.error({ err: error }, 'the MQTT channels cannot be read');
    while (!signal.aborted) {
      await this.turn().catch(failed);
      await pause(clock, LOOK_MS, signal);
    }
    await Promise.all([...this.held.values()].map((held) => this.close(held, 'stopped')));
    await this.leases.release().catch(failed);
  }

  private async turn(): Promise<void> {
    const all = await this.channels();
    const channels = await this.leases.hold(all);
    const wanted = new Map(channels.map((channel) => [`${channel.id} ${channel.target}`, channel]));
    const existing = new Set(all.map(({ id, target }) => `${id} ${target}`));
    for (const [key, held] of this.held) {
      if (wanted.has(key)) continue;
      this.held.delete(key);
      await this.close(held, existing.has(key) ? 'taken' : 'removed');
    }
    for (const [key, channel] of wanted) {
      if (this.held.has(key)) continue;
      try {
        this.open(key, channel);
      } catch (error) {
        this.noteFailure(channel, error);
      }
    }
    await this.startTurns();
  }

  /** The oldest channel of each home only: with two channels, the same entities would be announced twice. */
  private async channels(): Promise<ChannelRow[]> {
    const channels = await this.parts.database.queries
      .selectFrom('channels')
      .selectAll()
      .where('kind', '=', 'mqtt')
      .orderBy('createdAtMs', 'desc')
      .execute();
    return [...new Map(channels.map((channel) => [channel.homeId, channel])).values()];
  }

  private async startTurns(): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    const changed = await this.changedHomes(nowMs);
    const pauseMs = Math.max(LOOK_MS, this.held.size * MS_A_HOME);
    for (const held of this.held.values()) {
      const isDue = held.dueAtMs <= nowMs || held.bridge.hasObeyed || changed.has(held.homeId);
      if (held.turn || !isDue) continue;
      held.dueAtMs = nowMs + pauseMs;
      held.turn = this.publish(held).finally(() => (held.turn = null));
    }
  }

  private async publish(held: Held): Promise<void> {
    try {
      await held.bridge.turn();
      this.failing.delete(held.id);
    } catch (error) {
      this.noteFailure(held, error);
    }
  }

  private noteFailure({ id, homeId }: { id: string; homeId: string }, error: unknown): void {
    if (!this.failing.has(id)) this.parts.log.warn({ err: error, homeId }, 'an MQTT broker cannot be reached');
    this.failing.add(id);
  }

  private async changedHomes(nowMs: number): Promise<ReadonlySet<string>> {
    // With few homes, every home is read in every round anyway.
    if (this.held.size * MS_A_HOME <= LOOK_MS) return new Set();
    const rows = await this.parts.database.queries
      .selectFrom('incidents')
      .select('homeId')
      .distinct()
      .where(
        'homeId',
        'in',
        [...this.held.values()].map(({ homeId }) => homeId),
      )
      .where('startedAtMs', '>', nowMs - RECENT_MS)
      .where('updatedAtMs', '>', nowMs - OVERLAP_MS)
      .execute();
    return new Set(rows.map(({ homeId }) => homeId));
  }

  private open(key: string, { id, homeId, memberId, target: sealed }: ChannelRow): void {
    const { parts, guard, linkUrl } = this;
    const target = openTarget(parts.keys, memberId, sealed);
    if (target.kind !== 'mqtt') return;
    const member = { kind: 'member' as const, homeId, id: memberId, tokenHash: '' };
    const bridge = new HomeBridge({ parts, guard, member, target, software: parts.version, linkUrl });
    this.held.set(key, { id, homeId, bridge, dueAtMs: 0, turn: null });
  }

  private async close({ bridge, turn }: Held, why: 'removed' | 'stopped' | 'taken'): Promise<void> {
    await turn;
    await bridge.close(why);
  }
}
