import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { CloudParts } from '../parts.ts';
import type { AddressGuard } from '../notify/address-guard.ts';
import { openTarget } from '../notify/sealed-target.ts';
import { HomeBridge } from './home-bridge.ts';

/** How soon a state follows: an automation may be waiting for it. */
const LOOK_MS = 500;

export type BridgeParts = Pick<CloudParts, 'database' | 'clock' | 'feed' | 'log' | 'keys' | 'version'>;

/**
 * A bridge for every home that has an MQTT channel. For a cloud in one's own home: one process, few channels, and the broker nearby. On a cloud for many
 * homes several processes would each keep a connection, so MQTT channels get events there, and no states.
 */
export class HomeAssistantBridges {
  private readonly parts: BridgeParts;
  private readonly guard: AddressGuard;
  private readonly linkUrl: string | null;
  private readonly bridges = new Map<string, HomeBridge>();
  /** Channels whose broker failed at the last turn: logged once. */
  private readonly failing = new Set<string>();

  constructor(parts: BridgeParts, guard: AddressGuard, linkUrl: string | null) {
    this.parts = parts;
    this.guard = guard;
    this.linkUrl = linkUrl;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    while (!signal.aborted) {
      await this.turn().catch((error: unknown) => log.error({ err: error }, 'the MQTT channels cannot be read'));
      await pause(clock, LOOK_MS, signal);
    }
    await Promise.all([...this.bridges.values()].map((bridge) => bridge.close(false)));
  }

  private async turn(): Promise<void> {
    const { queries } = this.parts.database;
    const channels = await queries
      .selectFrom('channels')
      .selectAll()
      .where('kind', '=', 'mqtt')
      .orderBy('createdAtMs', 'desc')
      .execute();
    // The oldest of each home: two would announce the same entities.
    const ofHomes = new Map(channels.map((channel) => [channel.homeId, channel]));
    const wanted = new Map([...ofHomes.values()].map((channel) => [`${channel.id} ${channel.target}`, channel]));
    for (const [key, bridge] of this.bridges) {
      if (wanted.has(key)) continue;
      this.bridges.delete(key);
      await bridge.close(true);
    }
    await Promise.all(
      [...wanted].map(async ([key, { id, homeId, memberId, target }]) => {
        try {
          const bridge = this.bridges.get(key) ?? this.open(homeId, memberId, target);
          if (!bridge) return;
          this.bridges.set(key, bridge);
          await bridge.turn();
          this.failing.delete(id);
        } catch (error) {
          if (!this.failing.has(id)) this.parts.log.warn({ err: error, homeId }, 'an MQTT broker is not reached');
          this.failing.add(id);
        }
      }),
    );
  }

  private open(homeId: string, memberId: string, sealed: string): HomeBridge | null {
    const { parts, guard, linkUrl } = this;
    const target = openTarget(parts.keys, memberId, sealed);
    if (target.kind !== 'mqtt') return null;
    const member = { kind: 'member' as const, homeId, id: memberId, tokenHash: '' };
    return new HomeBridge({ parts, guard, member, target, software: parts.version, linkUrl });
  }
}
