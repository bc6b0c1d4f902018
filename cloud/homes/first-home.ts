import type { Clock } from '@earshot/shared/clock.ts';
import type { PairRequest, PairResponse } from '@earshot/shared/contracts/device.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { z } from 'zod';
import { viewIncidents } from '../incidents/incident-view.ts';
import type { CloudParts } from '../parts.ts';
import { createHome } from './homes.ts';
import { makePairingCode, pair, type PairingCode } from './pairing.ts';

/**
 * The only home of an embedded cloud. The first start creates it, and later starts use it. This class needs no token, because whoever runs
 * the process can read its disk anyway.
 */
export class FirstHome {
  private readonly parts: CloudParts;

  constructor(parts: CloudParts) {
    this.parts = parts;
  }

  async id(): Promise<string> {
    return (await this.findOrMake()).homeId;
  }

  /** A pairing code: for the owner's phone until a phone is paired, then for another member's phone. */
  async phoneCode(): Promise<PairingCode> {
    const { homeId, ownerId } = await this.findOrMake();
    return makePairingCode(this.parts, homeId, 'member', (await this.isOwned(ownerId)) ? null : ownerId);
  }

  async deviceCode(): Promise<PairingCode> {
    return makePairingCode(this.parts, await this.id(), 'device');
  }

  /** Pairs a device that runs on this machine. */
  async pairDevice(device: { name: string; room: string }): Promise<z.infer<typeof PairResponse>> {
    const { code } = await this.deviceCode();
    return pair(this.parts, { ...device, code, kind: 'device' } satisfies z.output<typeof PairRequest>);
  }

  /** Incidents that were first reported after `sinceMs`, oldest first. */
  async incidentsSince(sinceMs: number): Promise<Incident[]> {
    const { database } = this.parts;
    const homeId = await this.id();
    const rows = await database.queries
      .selectFrom('incidents')
      .selectAll('incidents')
      .where('homeId', '=', homeId)
      .where('id', 'in', (q) =>
        q
          .selectFrom('candidates')
          .select('incidentId')
          .where('homeId', '=', homeId)
          .where('registeredAtMs', '>=', sinceMs),
      )
      .orderBy('startedAtMs')
      .execute();
    return viewIncidents(database.queries, homeId, rows);
  }

  /** Null when a member deleted the incident. */
  async incident(id: string): Promise<Incident | null> {
    const { queries } = this.parts.database;
    const homeId = await this.id();
    const rows = await queries
      .selectFrom('incidents')
      .selectAll()
      .where('homeId', '=', homeId)
      .where('id', '=', id)
      .execute();
    const [incident] = await viewIncidents(queries, homeId, rows);
    return incident ?? null;
  }

  /** Resolves when every candidate has its verdict and every notification is sent. Rejects when the signal aborts. */
  async settled(signal: AbortSignal): Promise<void> {
    const clock: Clock = this.parts.clock;
    const { queries } = this.parts.database;
    for (;;) {
      signal.throwIfAborted();
      const waiting = await queries
        .selectFrom('candidates')
        .select('id')
        .where('verdict', '=', 'pending')
        .limit(1)
        .execute();
      const unnotified = await queries
        .selectFrom('notifications')
        .select('id')
        .where('state', '=', 'pending')
        .where('dueAtMs', '<=', clock.nowMs())
        .limit(1)
        .execute();
      if (waiting.length + unnotified.length === 0) return;
      await clock.sleep(100, signal);
    }
  }

  private async findOrMake(): Promise<{ homeId: string; ownerId: string }> {
    const { queries } = this.parts.database;
    const home = await queries.selectFrom('homes').select('id').orderBy('id').limit(1).executeTakeFirst();
    if (!home) return createHome(this.parts, 'Home', Intl.DateTimeFormat().resolvedOptions().timeZone);
    const owner = await queries
      .selectFrom('members')
      .select('id')
      .where('homeId', '=', home.id)
      .orderBy('createdAtMs')
      .orderBy('id')
      .executeTakeFirstOrThrow();
    return { homeId: home.id, ownerId: owner.id };
  }

  private async isOwned(ownerId: string): Promise<boolean> {
    return (
      (await this.parts.database.queries
        .selectFrom('tokens')
        .select('hash')
        .where('subjectId', '=', ownerId)
        .limit(1)
        .executeTakeFirst()) !== undefined
    );
  }
}
