import type { Selectable } from 'kysely';
import type { AlertReason } from '@earshot/shared/alert-reason.ts';
import type { LabelClass } from '@earshot/shared/labels.ts';
import type { Verdict } from '@earshot/shared/contracts/home.ts';
import type { Schema } from '../store/schema.ts';

/**
 * The life of an incident, as pure functions: they take an incident and an event, and return the changed incident and the notifications
 * to send. They use neither clock nor database, so that a test can play 30 minutes with a few calls.
 *
 *   candidate -> open, pending ---- confirmed ------------> reported "opened"
 *                    |                                       | safety: repeated every 2 min, next person after 5 min,
 *                    |--- safety, 10 s without a verdict --->|         until somebody acknowledges
 *                    |    reported as not verified yet       |--- a later verdict: "update"
 *                    `--- rejected: cleared, not reported    `--- silent for 60 s (CO: 90 s): safety gets "all clear"
 *
 * Smoke and CO alerts of one sound may overlap: after a member marked an alert as false, a second alert may open.
 * - Only one of these alerts rings at a time, and a marked alert never rings (`leads`, `isMarkedFalse`).
 * - An ended alert sends its all-clear when no other unmarked alert is active (`owesAllClear`). A member gets one all-clear for all of them.
 */
export type IncidentRecord = Selectable<Schema['incidents']>;

/** A safety sound without a verdict is reported as unverified after this time. */
const SAFETY_DEADLINE_MS = 10_000;
/** A security sound without a verdict is never reported. After this time the history shows it as "not verified". */
const SECURITY_DEADLINE_MS = 15 * 60_000;
const REPEAT_EVERY_MS = 2 * 60_000;
const ESCALATE_AFTER_MS = 5 * 60_000;
/**
 * This much silence ends an incident. The pauses within an alarm are shorter: two T4 groups with a muted one between them last 17 s, and a
 * low battery chirps at least once in 60 s. CO alarms have their own value below.
 */
const ALL_CLEAR_AFTER_MS = 60_000;
/**
 * After four minutes, a CO alarm may sound only one group of beeps every 60 s, +-10 % (UL 2034). The device waits 75 s for the next group.
 */
const CO_ALL_CLEAR_AFTER_MS = 90_000;
export const allClearAfterMs = (label: string): number =>
  label === 'co_alarm' ? CO_ALL_CLEAR_AFTER_MS : ALL_CLEAR_AFTER_MS;
/** An upkeep incident ends this long after its last sound, so a chirp every 40 s for weeks is one incident. */
const UPKEEP_LASTS_MS = 24 * 3_600_000;
/**
 * The all-clear waits up to this long when no device that detected the sound sends heartbeats, because the alarm may still sound.
 */
const SILENT_DEVICE_HOLDS_MS = 30 * 60_000;
/** After a day, a security incident that nobody acknowledged leaves the first screen. */
const UNSEEN_CLEARS_MS = 24 * 3_600_000;
/** An acknowledged incident stays on the first screen for this long. */
const ACKNOWLEDGED_SHOWS_MS = 60_000;

export interface Notice {
  /**
   * The kind of notification, e.g. "opened" or "repeat:1". It is part of the notification's key, so each recipient gets each step only
   * once.
   */
  step: string;
  /**
   * Recipients: the members of an escalation level; everybody who was notified before; everybody notified except one member; or everybody
   * notified who has not yet had an all-clear of this sound.
   */
  to: { level: number } | 'notified' | { notifiedExcept: string } | 'withoutAllClear';
}

export interface Change {
  incident: IncidentRecord;
  notices: Notice[];
}

export interface Surroundings {
  nowMs: number;
  /** The escalation levels that the home's members have, in ascending order. */
  levels: number[];
  /**
   * Whether a device that detected the sound still sends heartbeats, or never sent any. When false, the alarm may still sound although
   * nothing is reported.
   */
  devicesLive: boolean;
  /**
   * The other active alerts of the same smoke or CO alarm that are not marked as false. There can be others only after a second alert
   * opened beside a marked alert (`setAside`).
   */
  others: readonly Pick<IncidentRecord, 'id' | 'toldAtMs'>[];
}

export interface Opening {
  id: string;
  homeId: string;
  label: string;
  class: LabelClass;
  subjectId: string;
  test: boolean;
  late: boolean;
  startedAtMs: number;
  heardAtMs: number;
  why: string;
  reason: AlertReason | null;
}

/**
 * Whether a member marked this smoke or CO alarm as a false alert. It stays silent while the marked sound continues. A sound that another
 * device detects, or that began after the mark, opens its own alert.
 */
export const isMarkedFalse = ({ class: kind, test, feedback }: IncidentRecord): boolean =>
  kind === 'safety' && test === 0 && feedback === 'wrong';

export const activeKeyOf = (homeId: string, label: string, subjectId: string, test: boolean): string =>
  [homeId, label, subjectId, test ? 'test' : 'real'].join(':');

export function open(opening: Opening, nowMs: number): IncidentRecord {
  const { heardAtMs, test, late, ...same } = opening;
  const deadlineAtMs = nowMs + (opening.class === 'safety' ? SAFETY_DEADLINE_MS : SECURITY_DEADLINE_MS);
  return {
    ...same,
    activeKey: activeKeyOf(same.homeId, same.label, same.subjectId, test),
    state: 'open',
    verdict: 'pending',
    test: Number(test),
    late: Number(late),
    lastHeardAtMs: heardAtMs,
    clearedAtMs: null,
    toldAtMs: null,
    toldLevel: -1,
    repeats: 0,
    nextAtMs: deadlineAtMs,
    deadlineAtMs,
    repeatAtMs: null,
    escalateAtMs: null,
    acknowledgedBy: null,
    acknowledgedAtMs: null,
    feedback: null,
    feedbackBy: null,
    feedbackAtMs: null,
    updatedAtMs: nowMs,
  };
}

/**
 * Takes the sound's key from an alert that a member marked as false, because a new alert of the same label needs it. The marked alert stays
 * active until its own sound ends.
 */
export function setAside(incident: IncidentRecord): IncidentRecord {
  return { ...incident, activeKey: `${incident.activeKey}:${incident.id}` };
}

/** Updates the incident when its sound continues, or when another device also detects it. */
export function soundContinued(incident: IncidentRecord, startedAtMs: number, heardAtMs: number): IncidentRecord {
  const lastHeardAtMs = Math.max(incident.lastHeardAtMs, heardAtMs);
  return {
    ...incident,
    startedAtMs: Math.min(incident.startedAtMs, startedAtMs),
    lastHeardAtMs,
    // The device was without a connection, and now reports that the sound lasted longer. So the end of the incident moves.
    clearedAtMs: incident.clearedAtMs === null ? null : Math.max(incident.clearedAtMs, lastHeardAtMs),
  };
}

/**
 * Whether a smoke or CO alarm still sounds although its incident is over: its device reports that the sound continues. Earlier reports were
 * lost or late, for example while the cloud was down.
 */
export const soundsAgain = (
  { class: kind, test, activeKey, verdict, feedback }: IncidentRecord,
  { others }: Surroundings,
): boolean =>
  kind === 'safety' &&
  test === 0 &&
  activeKey === null &&
  verdict !== 'rejected' &&
  feedback !== 'wrong' &&
  others.length === 0;

/**
 * Opens an alert again whose sound has not ended, and reminds everybody at once, because they may have got the all-clear.
 */
export function reopened(incident: IncidentRecord, around: Surroundings): Change {
  const { homeId, label, subjectId } = incident;
  const activeKey = activeKeyOf(homeId, label, subjectId, false);
  // Use a new key, because a new alert may already use the old one.
  return openAgain({ ...setAside({ ...incident, activeKey }), state: 'open', clearedAtMs: null }, around);
}

/**
 * `verdict` is the common verdict of the incident's candidates: confirmed when at least one is confirmed, rejected when all are rejected.
 */
export function judged(incident: IncidentRecord, verdict: Verdict, around: Surroundings): Change {
  if (verdict === incident.verdict || verdict === 'pending') return advance(incident, around);
  // A confirmed incident stays confirmed when a later candidate cannot be verified.
  if (verdict === 'unverified' && incident.verdict === 'confirmed') return advance(incident, around);
  const next: IncidentRecord = { ...incident, verdict, deadlineAtMs: null };
  const notices: Notice[] = [];
  if (next.toldAtMs !== null && !next.test) notices.push({ step: `update:${verdict}`, to: 'notified' });
  if (verdict === 'rejected') clear(next, around.nowMs);
  // A confirmation is reported even if a member marked the alert as false before anybody was notified.
  if (verdict === 'confirmed') notices.push(...report(next, around));
  const after = advance(next, around);
  return { incident: after.incident, notices: [...notices, ...after.notices] };
}

export function acknowledged(incident: IncidentRecord, memberId: string, around: Surroundings): Change {
  // When two phones acknowledge at once, the first one counts.
  if (incident.acknowledgedBy !== null) return advance(incident, around);
  return advance(
    {
      ...incident,
      state: incident.state === 'open' ? 'acknowledged' : incident.state,
      acknowledgedBy: memberId,
      acknowledgedAtMs: around.nowMs,
      repeatAtMs: null,
      escalateAtMs: null,
    },
    around,
  );
}

export function unacknowledged(incident: IncidentRecord, around: Surroundings): Change {
  if (incident.acknowledgedBy === null) return advance(incident, around);
  return advance(unanswered(incident, around.nowMs), around);
}

/**
 * Called when a member says whether the alert was right. Marking an open alert as wrong also acknowledges it, and the others are informed.
 * Withdrawing the mark opens the alert again and reminds everybody at once, because they were notified that it was false.
 */
export function marked(
  incident: IncidentRecord,
  verdict: IncidentRecord['feedback'],
  memberId: string,
  around: Surroundings,
): Change {
  const next: IncidentRecord = {
    ...incident,
    feedback: verdict,
    feedbackBy: verdict && memberId,
    feedbackAtMs: verdict && around.nowMs,
  };
  if (incident.state === 'cleared') return { incident: next, notices: [] };
  if (verdict === 'wrong') {
    const after = acknowledged(next, memberId, around);
    const isKnown = incident.toldAtMs !== null && !incident.test;
    // Withdrawing a mark sends a reminder. So a new mark has another number of reminders and thus a new step, but a repeated request has
    // the same step.
    const notice: Notice = { step: `marked_false:${incident.repeats}`, to: { notifiedExcept: memberId } };
    return { incident: after.incident, notices: [...after.notices, ...(isKnown ? [notice] : [])] };
  }
  return incident.feedback === 'wrong' ? openAgain(next, around) : advance(next, around);
}

/** The alert without its acknowledgement. If it is not over, its reminders start from the beginning. */
function unanswered(incident: IncidentRecord, nowMs: number): IncidentRecord {
  const next: IncidentRecord = { ...incident, acknowledgedBy: null, acknowledgedAtMs: null };
  if (next.state === 'cleared') return next;
  next.state = 'open';
  if (next.toldAtMs !== null) remind(next, nowMs);
  return next;
}

/** Opens an alert again that was acknowledged or over, and at once reminds everybody who was notified of it. */
function openAgain(incident: IncidentRecord, around: Surroundings): Change {
  const after = advance(unanswered(incident, around.nowMs), around);
  const isReminded = incident.toldAtMs !== null && after.incident.state === 'open';
  return isReminded ? remindNow(after, around) : after;
}

function remindNow({ incident, notices }: Change, around: Surroundings): Change {
  if (incident.class === 'upkeep' || incident.test) return { incident, notices };
  const after = advance({ ...incident, repeatAtMs: around.nowMs }, around);
  // Only safety incidents send further reminders.
  if (incident.class !== 'safety') after.incident.repeatAtMs = null;
  after.incident.nextAtMs = nextLook(after.incident, around);
  return { incident: after.incident, notices: [...notices, ...after.notices] };
}

/** Does everything that is due, in the order of the due times. Calling it a second time changes nothing. */
export function advance(incident: IncidentRecord, around: Surroundings): Change {
  const { nowMs, levels, others } = around;
  const next = { ...incident };
  const notices: Notice[] = [];

  if (next.verdict === 'pending' && next.deadlineAtMs !== null && nowMs >= next.deadlineAtMs) {
    next.verdict = 'unverified';
    next.deadlineAtMs = null;
  }
  if (!isMarkedFalse(next)) notices.push(...report(next, around));
  if (hasEnded(next, around)) {
    next.activeKey = null;
    if (next.class !== 'security') clear(next, nowMs);
  }
  if (owesAllClear(next) && others.length === 0) notices.push({ step: 'all_clear', to: 'withoutAllClear' });
  const isLeading = leads(next, around);
  if (isLeading && next.escalateAtMs !== null && nowMs >= next.escalateAtMs) {
    const level = levels.find((other) => other > next.toldLevel);
    next.escalateAtMs = level === undefined ? null : next.escalateAtMs + ESCALATE_AFTER_MS;
    if (level !== undefined) {
      next.toldLevel = level;
      notices.push({ step: `escalated:${level}`, to: { level } });
    }
  }
  if (isLeading && next.repeatAtMs !== null && nowMs >= next.repeatAtMs) {
    // After the server was down for an hour, only one reminder is sent, not thirty.
    next.repeats++;
    next.repeatAtMs = nowMs + REPEAT_EVERY_MS;
    notices.push({ step: `repeat:${next.repeats}`, to: 'notified' });
  }
  if (mayLeave(next, nowMs)) clear(next, nowMs);
  next.nextAtMs = nextLook(next, around);
  return { incident: next, notices };
}

/** Notifies the first people of the incident, unless it is too early, they were notified before, or another alert of its sound rings. */
function report(next: IncidentRecord, around: Surroundings): Notice[] {
  if (next.toldAtMs !== null || !mustNotify(next) || !leads(next, around)) return [];
  const level = around.levels[0] ?? 0;
  next.toldAtMs = around.nowMs;
  next.toldLevel = level;
  // The verdict may come long after the sound. Nobody has seen the incident yet, so it must be open.
  if (next.class === 'security' && next.acknowledgedAtMs === null)
    Object.assign(next, { state: 'open', clearedAtMs: null });
  if (next.state === 'open') remind(next, around.nowMs);
  return [{ step: next.test ? 'test' : next.class === 'upkeep' ? 'upkeep' : 'opened', to: { level } }];
}

function mustNotify({ class: kind, verdict, activeKey }: IncidentRecord): boolean {
  if (kind !== 'safety') return verdict === 'confirmed';
  // A safety alert can be over before anybody was notified only because it waited for another alert of its sound, which rang.
  return activeKey !== null && (verdict === 'confirmed' || verdict === 'unverified');
}

/**
 * Whether this alert may ring. After a mark is withdrawn, two alerts can be about the same alarm. Only the alert that rang first continues
 * to ring. The other alert waits until the first one has ended or is marked again.
 */
function leads({ toldAtMs }: IncidentRecord, { others }: Surroundings): boolean {
  return others.every((other) => other.toldAtMs === null || (toldAtMs !== null && toldAtMs <= other.toldAtMs));
}

/** How soon an alert that waits for another alert checks again. */
const LOOK_AT_OTHERS_MS = 1_000;

/** How often to check again while the all-clear waits for a device without heartbeats, or for another alert. */
const LOOK_AGAIN_MS = 15_000;

/**
 * Whether the sound is over but the all-clear is not sent yet. Until the all-clear is sent, `nextAtMs` is not null. There is no all-clear
 * for an alert that the verifier rejected, or that was reported only after its sound was over.
 */
function owesAllClear(incident: IncidentRecord): boolean {
  const { class: kind, test, activeKey, verdict, toldAtMs, nextAtMs } = incident;
  if (kind !== 'safety' || test || activeKey !== null || verdict === 'rejected' || nextAtMs === null) return false;
  return toldAtMs !== null && toldAtMs < incident.lastHeardAtMs + lastsMs(incident);
}

/** Only safety incidents send reminders, and only if no member has marked them as false. */
function remind(next: IncidentRecord, nowMs: number): void {
  if (next.class !== 'safety' || next.test || isMarkedFalse(next)) return;
  next.repeatAtMs = nowMs + REPEAT_EVERY_MS;
  next.escalateAtMs = nowMs + ESCALATE_AFTER_MS;
}

/** How long after its last sound an incident is over. */
export const lastsMs = ({ class: kind, label }: Pick<IncidentRecord, 'class' | 'label'>): number =>
  kind === 'upkeep' ? UPKEEP_LASTS_MS : allClearAfterMs(label);

function endsAtMs(incident: IncidentRecord, devicesLive: boolean): number | null {
  // A notice about a device does not end after a certain time, but only when the device works again. A safety incident does not end before
  // it was reported.
  if (incident.activeKey === null || incident.subjectId !== '') return null;
  if (incident.class === 'safety' && incident.verdict === 'pending') return null;
  const holdMs = incident.class === 'safety' && !devicesLive ? SILENT_DEVICE_HOLDS_MS : 0;
  return incident.lastHeardAtMs + Math.max(lastsMs(incident), holdMs);
}

function hasEnded(incident: IncidentRecord, { nowMs, devicesLive }: Surroundings): boolean {
  const atMs = endsAtMs(incident, devicesLive);
  return atMs !== null && nowMs >= atMs;
}

function leavesAtMs(incident: IncidentRecord): number | null {
  if (incident.activeKey !== null || incident.state === 'cleared') return null;
  if (incident.test || incident.toldAtMs === null)
    return incident.verdict === 'pending' ? null : incident.lastHeardAtMs;
  if (incident.acknowledgedAtMs !== null) return incident.acknowledgedAtMs + ACKNOWLEDGED_SHOWS_MS;
  return incident.toldAtMs + UNSEEN_CLEARS_MS;
}

function mayLeave(incident: IncidentRecord, nowMs: number): boolean {
  const atMs = leavesAtMs(incident);
  return atMs !== null && nowMs >= atMs;
}

export function clear(next: IncidentRecord, nowMs: number): void {
  next.state = 'cleared';
  next.clearedAtMs ??= nowMs;
  next.activeKey = null;
  next.repeatAtMs = null;
  next.escalateAtMs = null;
}

function nextLook(incident: IncidentRecord, around: Surroundings): number | null {
  const { nowMs, devicesLive, others } = around;
  const isWaiting = incident.activeKey !== null && !isMarkedFalse(incident) && !leads(incident, around);
  const endsMs = endsAtMs(incident, true);
  const times = [
    incident.deadlineAtMs,
    ...(isWaiting ? [nowMs + LOOK_AT_OTHERS_MS] : [incident.repeatAtMs, incident.escalateAtMs]),
    endsMs !== null && endsMs <= nowMs && !devicesLive ? nowMs + LOOK_AGAIN_MS : endsMs,
    owesAllClear(incident) && others.length > 0 ? nowMs + LOOK_AGAIN_MS : null,
    leavesAtMs(incident),
  ];
  const due = times.filter((at) => at !== null);
  return due.length === 0 ? null : Math.min(...due);
}
