import type { Kysely, Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import { type Clock, iso } from '@earshot/shared/clock.ts';
import { COOL_DOWN_MS } from '@earshot/shared/cool-down.ts';
import { AUTOMATION_KINDS, type NotificationBody, type NotSent } from '@earshot/shared/contracts/home.ts';
import { CLASS_RANK } from '@earshot/shared/labels.ts';
import { isNotNow } from '@earshot/shared/settings.ts';
import { quietUntil } from '../homes/schedule.ts';
import { publishAll } from '../live/live-feed.ts';
import type { Schema } from '../store/schema.ts';
import { HomeReads } from './home-reads.ts';
import { allClearAfterMs, type Change, type IncidentRecord, type Surroundings, type Notice } from './incident.ts';
import { taughtNameOf } from '../taught-sounds/kept-taught.ts';
import { notificationBody, type Place } from './words.ts';

/** A device whose last heartbeat is older than this may not be listening. */
export const HEARTBEAT_GOOD_MS = 45_000;
/** An undelivered notification expires after this time, depending on the class of its sound. */
const EXPIRES_MS = { safety: 24 * 3_600_000, security: 12 * 3_600_000, upkeep: 72 * 3_600_000 };

/** At most this many incidents of one sound around the time of a late report are read. */
const MOST_AROUND = 10;

export type NotificationRow = Selectable<Schema['notifications']>;
type Notification = Omit<NotificationRow, 'id'>;

/** The steps by which people first learn about an incident. */
export const FIRST_STEPS = new Set(['opened', 'upkeep']);

/** Whether a notification is sent even in quiet hours, in the cool-down, and while its sound is set to "not now". */
const wakesPeople = (incident: IncidentRecord): boolean => incident.class === 'safety' || incident.test === 1;

/**
 * Reads and writes incidents inside one transaction on their homes (`changeHomes`). incident.ts decides what changes.
 */
export class IncidentBook {
  private readonly queries: Kysely<Schema>;
  private readonly clock: Clock;
  private readonly known: HomeReads;

  constructor(queries: Kysely<Schema>, clock: Clock) {
    this.queries = queries;
    this.clock = clock;
    this.known = new HomeReads(queries);
  }

  find(homeId: string, id: string): Promise<IncidentRecord | undefined> {
    return this.queries
      .selectFrom('incidents')
      .selectAll()
      .where('id', '=', id)
      .where('homeId', '=', homeId)
      .executeTakeFirst();
  }

  /** The incidents with these ids, oldest first. */
  findAll(ids: readonly string[]): Promise<IncidentRecord[]> {
    return this.queries.selectFrom('incidents').selectAll().where('id', 'in', ids).orderBy('id').execute();
  }

  findActive(activeKey: string): Promise<IncidentRecord | undefined> {
    return this.queries.selectFrom('incidents').selectAll().where('activeKey', '=', activeKey).executeTakeFirst();
  }

  /**
   * The active alerts of this sound, oldest first. There are several only when alerts opened while older alerts were marked as false.
   */
  findSounding({ homeId, label, test }: Pick<IncidentRecord, 'homeId' | 'label' | 'test'>): Promise<IncidentRecord[]> {
    return this.ofSound(homeId, label, test).where('activeKey', 'is not', null).orderBy('id').execute();
  }

  /**
   * Finds the incidents of this sound at that time, newest first, even incidents that are over: a late report must join the incident that
   * earlier late reports opened.
   */
  findAround(
    homeId: string,
    { label, test, fromMs, toMs }: { label: string; test: boolean; fromMs: number; toMs: number },
  ): Promise<IncidentRecord[]> {
    return this.ofSound(homeId, label, Number(test))
      .where('verdict', '!=', 'rejected')
      .where('lastHeardAtMs', '>=', fromMs - allClearAfterMs(label))
      .where('startedAtMs', '<=', toMs + allClearAfterMs(label))
      .orderBy('startedAtMs', 'desc')
      .limit(MOST_AROUND)
      .execute();
  }

  /** A home's incidents of one sound, without notices about a device. */
  private ofSound(homeId: string, label: string, test: number) {
    return this.queries
      .selectFrom('incidents')
      .selectAll()
      .where('homeId', '=', homeId)
      .where('label', '=', label)
      .where('subjectId', '=', '')
      .where('test', '=', test);
  }

  async add(...incidents: readonly IncidentRecord[]): Promise<void> {
    await this.queries.insertInto('incidents').values(incidents).execute();
  }

  async surroundings({ id, homeId, label, class: kind, test }: IncidentRecord): Promise<Surroundings> {
    const nowMs = this.clock.nowMs();
    const [{ members }, devices, alarms] = await Promise.all([
      this.known.household(homeId),
      this.known.devicesOf(id),
      kind === 'safety' && test === 0 ? this.known.alarmsOf(homeId) : [],
    ]);
    const beating = devices.filter(({ lastHeartbeatAtMs }) => lastHeartbeatAtMs !== null);
    return {
      nowMs,
      levels: [...new Set(members.map(({ escalation }) => escalation))].sort((a, b) => a - b),
      devicesLive:
        beating.length === 0 || beating.some((device) => (device.lastHeartbeatAtMs ?? 0) > nowMs - HEARTBEAT_GOOD_MS),
      others: alarms.filter((other) => other.label === label && other.id !== id),
    };
  }

  /**
   * Changes incidents one after the other. Each change sees the other alerts as the earlier changes left them. So when two alerts of one
   * alarm end in the same call, only the second one sends the all-clear.
   */
  async changeAll(
    incidents: readonly IncidentRecord[],
    change: (incident: IncidentRecord, around: Surroundings) => Change,
  ): Promise<Change[]> {
    const arounds = await Promise.all(incidents.map((incident) => this.surroundings(incident)));
    const changed = new Map<string, IncidentRecord>();
    return arounds.map((around, at) => {
      const others = around.others.flatMap((other) => {
        const now = changed.get(other.id);
        return now?.activeKey === null ? [] : (now ?? other);
      });
      const { incident, notices } = change(incidents[at] as IncidentRecord, { ...around, others });
      changed.set(incident.id, incident);
      return { incident, notices };
    });
  }

  /** Writes changes: the incidents, their notifications in the outbox, and the rows for live streams. */
  async keep(...changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    const nowMs = this.clock.nowMs();
    await this.write(changes.map(({ incident }) => ({ ...incident, updatedAtMs: nowMs })));
    const rows = await this.rowsOfAll(changes, await this.notSent(changes));
    if (rows.length > 0)
      await this.queries
        .insertInto('notifications')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['incidentId', 'memberId', 'step']).doNothing())
        .execute();
    await this.informAutomations(changes);
    // Leave out incidents that are still being verified: the app does not show them yet.
    const shown = changes.map(({ incident }) => incident).filter(({ verdict }) => verdict !== 'pending');
    const homes = await Promise.all(shown.map(({ homeId }) => this.known.household(homeId)));
    const watched = shown.filter((_, at) => (homes[at]?.watchedUntilMs ?? 0) >= nowMs);
    await publishAll(
      this.queries,
      this.clock,
      watched.map(({ id, homeId }) => ({ homeId, change: { type: 'incident', id } })),
    );
  }

  /**
   * Removes the all-clear of an alert whose sound has not ended after all. It must not be sent any more, and the alert needs a new one at
   * its real end.
   */
  async withdrawAllClear(incidentId: string): Promise<void> {
    for (const table of ['notifications', 'automationEvents'] as const)
      await this.queries
        .deleteFrom(table)
        .where('incidentId', '=', incidentId)
        .where('step', '=', 'all_clear')
        .execute();
  }

  /**
   * The notifications that `keep` would write, without regard to the cool-down. Used when the database refuses writes.
   */
  async draft(changes: readonly Change[]): Promise<NotificationRow[]> {
    return this.rowsOfAll(changes, new Map());
  }

  private async rowsOfAll(
    changes: readonly Change[],
    notSent: ReadonlyMap<string, NotSent>,
  ): Promise<NotificationRow[]> {
    const drafts = await Promise.all(
      changes.flatMap(({ incident, notices }) =>
        notices.map((notice) =>
          this.rowsOf(incident, notice, (FIRST_STEPS.has(notice.step) && notSent.get(incident.id)) || null),
        ),
      ),
    );
    const labels = new Map(changes.map(({ incident }) => [incident.id, incident.label]));
    const cleared = new Set<string>();
    const rows = drafts.flat().filter(({ step, memberId, incidentId }) => {
      if (step !== 'all_clear') return true;
      // Several alerts of a sound may send their all-clear together. Each member gets one.
      const key = `${memberId} ${labels.get(incidentId)}`;
      const isFirst = !cleared.has(key);
      cleared.add(key);
      return isFirst;
    });
    // The ids are UUIDv7 and sort by creation time, so create them in the order of the events.
    return rows.map((row) => ({ ...row, id: uuid() }));
  }

  /** Updates existing incidents with one statement for any number of rows, on SQLite and PostgreSQL. */
  private async write(incidents: readonly IncidentRecord[]): Promise<void> {
    const [first] = incidents;
    if (!first) return;
    const { id: _, homeId: __, subjectId: ___, ...changing } = first;
    const columns = Object.keys(changing) as (keyof typeof changing)[];
    await this.queries
      .insertInto('incidents')
      .values(incidents)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((e) => Object.fromEntries(columns.map((column) => [column, e.ref(`excluded.${column}`)]))),
      )
      .execute();
  }

  private async rowsOf(
    incident: IncidentRecord,
    { step, to }: Notice,
    notSent: NotSent | null,
  ): Promise<Notification[]> {
    const nowMs = this.clock.nowMs();
    const { id: incidentId, homeId } = incident;
    const wakes = wakesPeople(incident);
    const [place, recipients] = await Promise.all([this.placeOf(incident), this.recipients(incident, to)]);
    const dueAtMs = wakes ? nowMs : (quietUntil(await this.known.settings(homeId), nowMs) ?? nowMs);
    const body = notificationBody(incident, step, place, nowMs);
    const bodyFor = async (memberId: string): Promise<NotificationBody> => {
      const alsoOver = step === 'all_clear' ? await this.known.alsoOver(incidentId, memberId) : [];
      return alsoOver.length > 0 ? { ...body, alsoOver } : body;
    };
    const bodies = await Promise.all(recipients.map(bodyFor));
    return recipients.map((memberId, at) => ({
      homeId,
      incidentId,
      memberId,
      step,
      body: JSON.stringify(bodies[at]),
      rank: CLASS_RANK[incident.class],
      state: notSent ? 'suppressed' : 'pending',
      notSent: notSent && JSON.stringify(notSent),
      createdAtMs: nowMs,
      dueAtMs,
      expiresAtMs: nowMs + EXPIRES_MS[incident.class],
      leaseUntilMs: 0,
      attempts: 0,
      sentAtMs: null,
      sentBy: null,
      lastError: null,
    }));
  }

  /**
   * Adds the events for automations. A webhook gets every event of its home, even in quiet hours and when nobody is notified.
   */
  private async informAutomations(changes: readonly Change[]): Promise<void> {
    const news = changes.filter(({ notices }) => notices.length > 0);
    if (news.length === 0) return;
    const channels = await this.queries
      .selectFrom('channels')
      .select(['id', 'homeId'])
      .where('homeId', 'in', [...new Set(news.map(({ incident }) => incident.homeId))])
      .where('kind', 'in', AUTOMATION_KINDS)
      .execute();
    const nowMs = this.clock.nowMs();
    const rows = [];
    for (const { incident, notices } of news) {
      const own = channels.filter(({ homeId }) => homeId === incident.homeId);
      if (own.length === 0) continue;
      const place = await this.placeOf(incident);
      for (const { step } of notices) {
        const body = JSON.stringify(notificationBody(incident, step, place, nowMs));
        for (const { id: channelId, homeId } of own)
          rows.push({
            id: uuid(),
            homeId,
            channelId,
            incidentId: incident.id,
            step,
            body,
            dueAtMs: nowMs,
            expiresAtMs: nowMs + EXPIRES_MS[incident.class],
            leaseUntilMs: 0,
          });
      }
    }
    if (rows.length > 0)
      await this.queries
        .insertInto('automationEvents')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['incidentId', 'channelId', 'step']).doNothing())
        .execute();
  }

  private async recipients({ id, homeId, class: kind }: IncidentRecord, to: Notice['to']): Promise<string[]> {
    if (to === 'notified') return this.known.notified(id);
    if (to === 'withoutAllClear') return this.known.withoutAllClear(id);
    if ('notifiedExcept' in to) {
      // An unsent safety alert will still be sent, so its recipients need the correction. Unsent alerts of other classes are dropped and
      // need none.
      const notified =
        kind === 'safety' ? await this.known.notified(id) : await this.known.reached(id, this.clock.nowMs());
      return notified.filter((memberId) => memberId !== to.notifiedExcept);
    }
    const { members } = await this.known.household(homeId);
    return members.filter(({ escalation }) => escalation === to.level).map((member) => member.id);
  }

  /**
   * Incidents whose sound the home has set to "not now". Only a device that does not have the newest settings still reports such sounds.
   */
  private async unwantedNow(incidents: readonly IncidentRecord[]): Promise<Set<string>> {
    const nowMs = this.clock.nowMs();
    const settings = await Promise.all(incidents.map(({ homeId }) => this.known.settings(homeId)));
    const unwanted = incidents.filter(({ label }, at) => isNotNow(settings[at] ?? { notNow: {} }, label, nowMs));
    return new Set(unwanted.map(({ id }) => id));
  }

  /**
   * Incidents of which nobody is notified, by id. Their sound is set to "not now", or they opened too soon after a reported incident of the
   * same sound. Suppressed incidents do not count as reported: a home whose panes are broken one after the other must be alerted again.
   */
  private async notSent(changes: readonly Change[]): Promise<Map<string, NotSent>> {
    const opened = changes
      .filter(({ incident, notices }) => !wakesPeople(incident) && notices.some(({ step }) => FIRST_STEPS.has(step)))
      .map(({ incident }) => incident);
    if (opened.length === 0) return new Map();
    const nowMs = this.clock.nowMs();
    const before = await this.queries
      .selectFrom('incidents')
      .innerJoin('notifications', 'notifications.incidentId', 'incidents.id')
      .select(['incidents.homeId', 'incidents.label', (e) => e.fn.max('incidents.toldAtMs').as('reportedAtMs')])
      .where('incidents.homeId', 'in', [...new Set(opened.map(({ homeId }) => homeId))])
      .where('incidents.label', 'in', [...new Set(opened.map(({ label }) => label))])
      .where('incidents.test', '=', 0)
      .where('incidents.toldAtMs', '>', nowMs - COOL_DOWN_MS)
      .where('notifications.step', 'in', [...FIRST_STEPS])
      .where('notifications.state', '!=', 'suppressed')
      .groupBy(['incidents.homeId', 'incidents.label'])
      .execute();
    const unwanted = await this.unwantedNow(opened);
    const soundOf = ({ homeId, label }: { homeId: string; label: string }) => `${homeId} ${label}`;
    const reported = new Map(before.map((sound) => [soundOf(sound), Number(sound.reportedAtMs)]));
    const notSent = new Map<string, NotSent>();
    for (const incident of opened) {
      const reportedAtMs = reported.get(soundOf(incident));
      if (unwanted.has(incident.id)) notSent.set(incident.id, { because: 'not_now' });
      else if (reportedAtMs !== undefined)
        notSent.set(incident.id, { because: 'cool_down', reportedAt: iso(reportedAtMs) });
      else reported.set(soundOf(incident), nowMs);
    }
    return notSent;
  }

  private async placeOf({ id, homeId, subjectId, label, feedbackBy }: IncidentRecord): Promise<Place> {
    const { name, taught, members } = await this.known.household(homeId);
    const { timeZone } = await this.known.settings(homeId);
    const devices = subjectId
      ? await this.queries.selectFrom('devices').select(['name', 'room']).where('id', '=', subjectId).execute()
      : await this.known.devicesOf(id);
    const rooms = [...new Set(devices.map((device) => device.room || device.name))];
    const markedBy = members.find((member) => member.id === feedbackBy)?.name ?? '';
    return { homeName: name, rooms, timeZone, taughtName: taughtNameOf(taught, label), markedBy };
  }
}
