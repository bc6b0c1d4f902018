import type { Heartbeat, HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import type { z } from 'zod';
import { createHome } from '../homes/homes.ts';
import { issueToken } from '../homes/tokens.ts';
import type { Cloud } from '../main.ts';
import { TestClient } from './test-client.ts';

/**
 * A simulated device: it sends heartbeats, installs the offered release, returns to the old release on request, and reports sounds.
 */
class SimulatedDevice {
  readonly client: TestClient;
  release: string;
  readonly offered = new Set<string>();
  private state: z.infer<typeof Heartbeat>['releaseState'] = { state: 'running', message: null };

  constructor(client: TestClient, release: string) {
    this.client = client;
    this.release = release;
  }

  async beat(): Promise<void> {
    const { release: offer } = await this.client.call<z.infer<typeof HeartbeatAnswer>>(
      'POST',
      '/v1/heartbeat',
      makeHeartbeat({ release: this.release, releaseState: this.state }),
    );
    if (!offer || offer.version === this.release) return;
    this.offered.add(offer.version);
    const manifest = await this.client.fetch('GET', `/v1/models/${offer.manifestSha256}`);
    if (!manifest.ok) throw new Error(`the manifest of ${offer.version}: ${manifest.status}`);
    this.state = offer.goBack ? { state: 'rolled_back', message: 'halted' } : { state: 'running', message: null };
    this.release = offer.version;
  }

  async report(label: string, clip: Uint8Array): Promise<void> {
    await this.client.report(makeCandidate(label, clip, { release: this.release }), clip);
  }
}

/** The id of a simulated device. The ids are the same in every run, so that a roll-out begins with the same devices. */
export const simulatedId = (at: number): string => `01900000-0000-7000-8000-${String(at).padStart(12, '0')}`;

/**
 * Creates `size` homes with one device each. The devices are not paired, because the rate limit of pairing codes would make this slow.
 */
export async function simulateFleet(cloud: Cloud, size: number, release: string): Promise<SimulatedDevice[]> {
  const { database, clock } = cloud.parts;
  const devices: SimulatedDevice[] = [];
  for (let at = 0; at < size; at++) {
    const { homeId } = await createHome(cloud.parts, `Home ${at}`, 'UTC');
    const id = simulatedId(at);
    const nowMs = clock.nowMs();
    const none = { lastHeartbeatAtMs: null, heartbeat: null, silent: 0 };
    await database.queries
      .insertInto('devices')
      .values({ id, homeId, name: 'box', room: 'Hall', createdAtMs: nowMs, ...none })
      .execute();
    const token = await issueToken(database.queries, { kind: 'device', homeId, id }, nowMs);
    devices.push(new SimulatedDevice(new TestClient(cloud.url, { token, id, homeId, homeName: '' }), release));
  }
  return devices;
}

/** Runs `work` for each item, ten at a time, so that the test does not run out of connections. */
export async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += 10) await Promise.all(all.slice(from, from + 10).map(work));
}
