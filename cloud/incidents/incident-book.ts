import type { Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '@earshot/shared/clock.ts';
import { CLASS_RANK } from '@earshot/shared/labels.ts';
import { settingsOf } from '../homes/homes.ts';
import { quietUntil } from '../homes/schedule.ts';
import { publish } from '../live/live-feed.ts';
import type { Schema } from '../store/schema.ts';
import { ALL_CLEAR_AFTER_MS, type Change, type IncidentRecord, type Surroundings, type Tell } from './incident.ts';
import { notificationBody, type Place } from './words.ts';

/** A device that sent its last heartbeat longer ago than this is not known to listen. */
export const HEARTBEAT_GOOD_MS = 45_000;
/** The same security sound within 5 min of the last notice is shown, not told again. Safety has no cool-down. */
const COOL_DOWN_MS = 5 * 60_000;
/** Undelivered after this, a notice is history; safety is tried for a day. */
const EXPIRES_MS = { safety: 24 * 3_600_000, security: 12 * 3_600_000, upkeep: 72 * 3_600_000 };

interface Household {
  name: string;
  watchedUntilMs: number;
  members: { id: string; escalation: number }[];
}

interface HearingDevice {
  id: string;
  name: string;
  room: string;
  lastHeartbeatAtMs: number | null;
}

/** Reads and writes incidents inside one transaction on their home (`changeHome`): the state machine's hands. */
export class IncidentBook {
  private readonly queries: Transaction<Schema>;
  private readonly clock: Clock;
  private readonly homeId: string;
  private known: Promise<Household> | null = null;
  private readonly heardBy = new Map<string, Promise<HearingDevice[]>>();

  constructor(queries: Transaction<Schema>, clock: Clock, homeId: string) {
    this.queries = queries;
    this.clock = clock;
    this.homeId = homeId;
  }

  find(id: string): Promise<IncidentRecord | undefined> {
    return this.queries
      .selectFrom('incidents')
      .selectAll()
      .where('id', '=', id)
      .where('homeId', '=', this.homeId)
      .executeTakeFirst();
  }

  findActive(activeKey: string): Promise<IncidentRecord | undefined> {
    return this.queries.selectFrom('incidents').selectAll().where('activeKey', '=', activeKey).executeTakeFirst();
  }

  /** The incident of this sound at that time, also when it is over: what a device sends late joins what it sent late before. */
  findAround(label: string, test: boolean, fromMs: number, toMs: number): Promise<IncidentRecord | undefined> {
    return this.queries
      .selectFrom('incidents')
      .selectAll()
      .where('homeId', '=', this.homeId)
      .where('label', '=', label)
      .where('subjectId', '=', '')
      .where('test', '=', Number(test))
      .where('verdict', '!=', 'rejected')
      .where('lastHeardAtMs', '>=', fromMs - ALL_CLEAR_AFTER_MS)
      .where('startedAtMs', '<=', toMs + ALL_CLEAR_AFTER_MS)
      .orderBy('startedAtMs', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  async add(incident: IncidentRecord): Promise<void> {
    await this.queries.insertInto('incidents').values(incident).execute();
  }

  async surroundings(incidentId: string): Promise<Surroundings> {
    const nowMs = this.clock.nowMs();
    const { members } = await this.household();
    const devices = await this.devicesOf(incidentId);
    const beating = devices.filter(({ lastHeartbeatAtMs }) => lastHeartbeatAtMs !== null);
    return {
      nowMs,
      levels: [...new Set(members.map(({ escalation }) => escalation))].sort((a, b) => a - b),
      devicesLive:
        beating.length === 0 || beating.some((device) => (device.lastHeartbeatAtMs ?? 0) > nowMs - HEARTBEAT_GOOD_MS),
    };
  }

  /** Writes what the state machine said: the incident, the outbox rows, and what the live streams must know. */
  async keep({ incident, tells }: Change): Promise<void> {
    const { id, homeId: _, subjectId: __, ...rest } = incident;
    await this.queries
      .updateTable('incidents')
      .set({ ...rest, updatedAtMs: this.clock.nowMs() })
      .where('id', '=', id)
      .execute();
    if (tells.length > 0) {
      const place = await this.placeOf(incident);
      for (const tell of tells) await this.tell(incident, tell, place);
    }
    // What is still being checked is nobody's alarm yet.
    if (incident.verdict === 'pending') return;
    const { watchedUntilMs } = await this.household();
    if (watchedUntilMs >= this.clock.nowMs())
      await publish(this.queries, this.clock, this.homeId, { type: 'incident', id });
  }

  private async tell(incident: IncidentRecord, { step, to }: Tell, place: Place): Promise<void> {
    const nowMs = this.clock.nowMs();
    const wakes = incident.class === 'safety' || incident.test === 1;
    const coolingDown = !wakes && (await this.isCoolingDown(incident, step));
    const dueAtMs = wakes ? nowMs : (quietUntil(await settingsOf(this.queries, this.homeId), nowMs) ?? nowMs);
    const body = JSON.stringify(notificationBody(incident, step, place, nowMs));
    for (const memberId of await this.recipients(incident.id, to)) {
      await this.queries
        .insertInto('notifications')
        .values({
          id: uuid(),
          homeId: this.homeId,
          incidentId: incident.id,
          memberId,
          step,
          body,
          rank: CLASS_RANK[incident.class],
          state: coolingDown ? 'suppressed' : 'pending',
          createdAtMs: nowMs,
          dueAtMs,
          expiresAtMs: nowMs + EXPIRES_MS[incident.class],
          leaseUntilMs: 0,
          attempts: 0,
          sentAtMs: null,
          sentBy: null,
          lastError: null,
        })
        .onConflict((conflict) => conflict.columns(['incidentId', 'memberId', 'step']).doNothing())
        .execute();
    }
  }

  private async recipients(incidentId: string, to: Tell['to']): Promise<string[]> {
    if (to === 'told') {
      const rows = await this.queries
        .selectFrom('notifications')
        .select('memberId')
        .distinct()
        .where('incidentId', '=', incidentId)
        .execute();
      return rows.map(({ memberId }) => memberId);
    }
    return (await this.household()).members.filter(({ escalation }) => escalation === to.level).map(({ id }) => id);
  }

  /** Read once a transaction, as are the devices: nobody else changes this home meanwhile. */
  private household(): Promise<Household> {
    this.known ??= this.queries
      .selectFrom('homes')
      .leftJoin('members', 'members.homeId', 'homes.id')
      .select(['homes.name', 'homes.watchedUntilMs', 'members.id', 'members.escalation'])
      .where('homes.id', '=', this.homeId)
      .execute()
      .then((rows) => ({
        name: rows[0]?.name ?? '',
        watchedUntilMs: rows[0]?.watchedUntilMs ?? 0,
        members: rows.flatMap(({ id, escalation }) => (id === null || escalation === null ? [] : [{ id, escalation }])),
      }));
    return this.known;
  }

  private async isCoolingDown(incident: IncidentRecord, step: string): Promise<boolean> {
    if (step !== 'opened') return false;
    const before = await this.queries
      .selectFrom('incidents')
      .select('id')
      .where('homeId', '=', this.homeId)
      .where('label', '=', incident.label)
      .where('id', '!=', incident.id)
      .where('test', '=', 0)
      .where('toldAtMs', '>', this.clock.nowMs() - COOL_DOWN_MS)
      .executeTakeFirst();
    return before !== undefined;
  }

  private devicesOf(incidentId: string): Promise<HearingDevice[]> {
    const known = this.heardBy.get(incidentId);
    if (known) return known;
    const devices = this.queries
      .selectFrom('devices')
      .select(['id', 'name', 'room', 'lastHeartbeatAtMs'])
      .where('homeId', '=', this.homeId)
      .where('id', 'in', (q) => q.selectFrom('candidates').select('deviceId').where('incidentId', '=', incidentId))
      .orderBy('id')
      .execute();
    this.heardBy.set(incidentId, devices);
    return devices;
  }

  private async placeOf(incident: IncidentRecord): Promise<Place> {
    const { name } = await this.household();
    const devices = incident.subjectId
      ? await this.queries.selectFrom('devices').select(['name', 'room']).where('id', '=', incident.subjectId).execute()
      : await this.devicesOf(incident.id);
    return { homeName: name, rooms: [...new Set(devices.map((device) => device.room || device.name))] };
  }
}
