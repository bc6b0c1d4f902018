import type { Kysely } from 'kysely';
import { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { grouped, Lookup } from '../store/lookup.ts';
import type { Schema } from '../store/schema.ts';
import { ofSameSound } from './same-sound.ts';

const DAY_MS = 24 * 3_600_000;

export interface Household {
  name: string;
  watchedUntilMs: number;
  /** The names of the taught sounds, in the form in which they are stored (taught-sounds/kept-taught.ts). */
  taught: string | null;
  members: { id: string; name: string; escalation: number }[];
}

export interface HearingDevice {
  id: string;
  name: string;
  room: string;
  lastHeartbeatAtMs: number | null;
}

interface ActiveAlarm {
  id: string;
  label: string;
  toldAtMs: number | null;
}

interface MemberNotice {
  memberId: string;
  state: string;
  leaseUntilMs: number;
}

/** Another incident of the incident's sound. */
interface OtherOver {
  incidentId: string;
  memberId: string;
  id: string;
}

interface NewestOfSound {
  incidentId: string;
  memberId: string;
  id: string;
  allClearId: string | null;
}

/**
 * Reads from the database the data on which an incident's next step depends. Each value is read once per transaction, because the
 * transaction locks its homes and nobody else can change the values.
 */
export class HomeReads {
  private readonly queries: Kysely<Schema>;
  private readonly households = new Lookup((homeIds) => this.readHouseholds(homeIds));
  private readonly settingsOfHomes = new Lookup((homeIds) => this.readSettings(homeIds));
  private readonly devices = new Lookup((incidentIds) => this.readDevices(incidentIds));
  private readonly alarms = new Lookup((homeIds) => this.readAlarms(homeIds));
  private readonly notices = new Lookup((incidentIds) => this.readNotices(incidentIds));
  private readonly othersOver = new Lookup((incidentIds) => this.readOthersOver(incidentIds));
  private readonly newestOfSounds = new Lookup((incidentIds) => this.readNewestOfSounds(incidentIds));

  constructor(queries: Kysely<Schema>) {
    this.queries = queries;
  }

  async household(homeId: string): Promise<Household> {
    return (await this.households.get(homeId)) ?? { name: '', watchedUntilMs: 0, taught: null, members: [] };
  }

  async settings(homeId: string): Promise<HomeSettings> {
    const settings = await this.settingsOfHomes.get(homeId);
    if (!settings) throw new EarshotError('NOT_FOUND', 'home');
    return settings;
  }

  /** The devices that detected the incident's sound. */
  async devicesOf(incidentId: string): Promise<HearingDevice[]> {
    return (await this.devices.get(incidentId)) ?? [];
  }

  /** The home's active smoke and CO alerts, without tests and without alerts that are marked as false. */
  async alarmsOf(homeId: string): Promise<ActiveAlarm[]> {
    return (await this.alarms.get(homeId)) ?? [];
  }

  /** The members for whom notifications of the incident were written. */
  async notified(incidentId: string): Promise<string[]> {
    const notices = (await this.notices.get(incidentId)) ?? [];
    return [...new Set(notices.map(({ memberId }) => memberId))];
  }

  /**
   * The members of `notified` who have had no all-clear since their newest notification of the incident's sound, from this or any other
   * incident.
   */
  async withoutAllClear(incidentId: string): Promise<string[]> {
    const [notified, newest] = await Promise.all([this.notified(incidentId), this.newestOfSounds.get(incidentId)]);
    const over = new Set((newest ?? []).filter(({ id, allClearId }) => id === allClearId).map((one) => one.memberId));
    return notified.filter((memberId) => !over.has(memberId));
  }

  /** The members who got a notification of the incident, or may be getting it now because it is leased for sending. */
  async reached(incidentId: string, nowMs: number): Promise<string[]> {
    const notices = (await this.notices.get(incidentId)) ?? [];
    const reached = notices.filter(({ state, leaseUntilMs }) => state === 'sent' || leaseUntilMs > nowMs);
    return [...new Set(reached.map(({ memberId }) => memberId))];
  }

  /**
   * The other incidents of the incident's sound within a day that are over, of which the member was notified and had no all-clear.
   */
  async alsoOver(incidentId: string, memberId: string): Promise<string[]> {
    const others = (await this.othersOver.get(incidentId)) ?? [];
    return others.filter((other) => other.memberId === memberId).map(({ id }) => id);
  }

  private async readHouseholds(homeIds: readonly string[]): Promise<Map<string, Household>> {
    const rows = await this.queries
      .selectFrom('homes')
      .leftJoin('members', 'members.homeId', 'homes.id')
      .select(['homes.id as homeId', 'homes.name', 'homes.watchedUntilMs', 'homes.taught'])
      .select(['members.id', 'members.name as memberName', 'members.escalation'])
      .where('homes.id', 'in', homeIds)
      .execute();
    const households = new Map<string, Household>();
    for (const { homeId, name, watchedUntilMs, taught, id, memberName, escalation } of rows) {
      const household = households.get(homeId) ?? { name, watchedUntilMs, taught, members: [] };
      if (id !== null && memberName !== null && escalation !== null)
        household.members.push({ id, name: memberName, escalation });
      households.set(homeId, household);
    }
    return households;
  }

  private async readSettings(homeIds: readonly string[]): Promise<Map<string, HomeSettings>> {
    const rows = await this.queries.selectFrom('settings').selectAll().where('homeId', 'in', homeIds).execute();
    return new Map(rows.map(({ homeId, body }) => [homeId, HomeSettings.parse(JSON.parse(body))]));
  }

  private async readDevices(incidentIds: readonly string[]): Promise<Map<string, HearingDevice[]>> {
    const rows = await this.queries
      .selectFrom('candidates')
      .innerJoin('devices', 'devices.id', 'candidates.deviceId')
      .select(['candidates.incidentId', 'devices.id', 'devices.name', 'devices.room', 'devices.lastHeartbeatAtMs'])
      .distinct()
      .where('candidates.incidentId', 'in', incidentIds)
      .orderBy('devices.id')
      .execute();
    return grouped(incidentIds, rows, ({ incidentId }) => incidentId);
  }

  private async readAlarms(homeIds: readonly string[]): Promise<Map<string, (ActiveAlarm & { homeId: string })[]>> {
    const rows = await this.queries
      .selectFrom('incidents')
      .select(['id', 'homeId', 'label', 'toldAtMs'])
      .where('homeId', 'in', homeIds)
      .where('activeKey', 'is not', null)
      .where('class', '=', 'safety')
      .where('test', '=', 0)
      .where((e) => e.or([e('feedback', 'is', null), e('feedback', '!=', 'wrong')]))
      .execute();
    return grouped(homeIds, rows, ({ homeId }) => homeId);
  }

  private async readNotices(incidentIds: readonly string[]): Promise<Map<string, MemberNotice[]>> {
    const rows = await this.queries
      .selectFrom('notifications')
      .select(['incidentId', 'memberId', 'state', 'leaseUntilMs'])
      .distinct()
      .where('incidentId', 'in', incidentIds)
      .execute();
    return grouped(incidentIds, rows, ({ incidentId }) => incidentId);
  }

  /**
   * For each member, the newest notification and the newest all-clear of the incident's sound, from any incident. "False alert" notifications
   * are left out, because they are about one incident only.
   */
  private async readNewestOfSounds(incidentIds: readonly string[]): Promise<Map<string, NewestOfSound[]>> {
    const rows = await this.queries
      .selectFrom('incidents')
      .innerJoin('incidents as same', ofSameSound)
      .innerJoin('notifications', 'notifications.incidentId', 'same.id')
      .select(({ fn }) => [
        'incidents.id as incidentId',
        'notifications.memberId',
        fn.max('notifications.id').as('id'),
        fn.max('notifications.id').filterWhere('notifications.step', '=', 'all_clear').as('allClearId'),
      ])
      .where('incidents.id', 'in', incidentIds)
      .where('notifications.step', 'not like', 'marked_false:%')
      .groupBy(['incidents.id', 'notifications.memberId'])
      .execute();
    return grouped(incidentIds, rows, ({ incidentId }) => incidentId);
  }

  private async readOthersOver(incidentIds: readonly string[]): Promise<Map<string, OtherOver[]>> {
    const rows = await this.queries
      .selectFrom('incidents')
      .innerJoin('incidents as same', (join) => ofSameSound(join).onRef('same.id', '!=', 'incidents.id'))
      .innerJoin('notifications', 'notifications.incidentId', 'same.id')
      .select(['incidents.id as incidentId', 'notifications.memberId', 'same.id'])
      .where('incidents.id', 'in', incidentIds)
      .where('same.activeKey', 'is', null)
      .where((e) => e('same.lastHeardAtMs', '>=', e('incidents.startedAtMs', '-', DAY_MS)))
      .groupBy(['incidents.id', 'notifications.memberId', 'same.id'])
      .having(({ fn }) => fn.max('notifications.id').filterWhere('notifications.step', '=', 'all_clear'), 'is', null)
      .orderBy('same.id')
      .execute();
    return grouped(incidentIds, rows, ({ incidentId }) => incidentId);
  }
}
