import type { Selectable } from 'kysely';
import type { LabelClass } from '@earshot/shared/labels.ts';
import type { Verdict } from '@earshot/shared/contracts/home.ts';
import type { Schema } from '../store/schema.ts';

/**
 * The life of an incident, as pure functions: an incident and what happened go in, the changed incident and whom to tell what come
 * out. No clock, no database: a 30-minute story is a few calls.
 *
 *   candidate -> open, pending ---- confirmed -----------> told "opened"
 *                    |                                       | safety: repeated every 2 min, next person after 5 min,
 *                    |--- safety, 10 s without a verdict --->|         until somebody acknowledges
 *                    |    told "opened", not verified yet    |--- verdict comes after all: told "update"
 *                    `--- rejected: cleared, nobody told     `--- not heard for 60 s: safety is told "all clear"
 */
export type IncidentRecord = Selectable<Schema['incidents']>;

/** DESIGN 5: a safety sound that is not judged by then is told unjudged. */
const SAFETY_DEADLINE_MS = 10_000;
/** A security sound is never told unjudged; after this it counts as "not verified" in the history. */
const SECURITY_DEADLINE_MS = 15 * 60_000;
const REPEAT_EVERY_MS = 2 * 60_000;
const ESCALATE_AFTER_MS = 5 * 60_000;
/** Two T4 groups and one muted cycle last 17 s, a chirp pause is longer than any alarm's: 60 s of silence is the end. */
export const ALL_CLEAR_AFTER_MS = 60_000;
/** A chirp every 40 s for weeks is one incident a day. */
const UPKEEP_LASTS_MS = 24 * 3_600_000;
/** The only device that could hear it went silent as well: that is no all-clear, until this has passed. */
const SILENT_DEVICE_HOLDS_MS = 30 * 60_000;
/** A security incident that nobody acknowledged leaves the first screen after a day. */
const UNSEEN_CLEARS_MS = 24 * 3_600_000;
/** An acknowledged one is still shown as such for a moment. */
const ACKNOWLEDGED_SHOWS_MS = 60_000;

export interface Tell {
  /** Part of the notification's key: a step is told once to each. */
  step: string;
  /** Who: a level of escalation, or everybody who was told before. */
  to: { level: number } | 'told';
}

export interface Change {
  incident: IncidentRecord;
  tells: Tell[];
}

export interface Surroundings {
  nowMs: number;
  /** Escalation levels that somebody has, ascending. */
  levels: number[];
  /** A device that took part sends heartbeats (or never did). False: silence may be the device's own. */
  devicesLive: boolean;
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
}

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

/** It sounds on, or another device hears it too. */
export function heard(incident: IncidentRecord, startedAtMs: number, heardAtMs: number): IncidentRecord {
  const lastHeardAtMs = Math.max(incident.lastHeardAtMs, heardAtMs);
  return {
    ...incident,
    startedAtMs: Math.min(incident.startedAtMs, startedAtMs),
    lastHeardAtMs,
    // A device without a connection reports late that it sounded longer than the cloud knew: it was not over before.
    clearedAtMs: incident.clearedAtMs === null ? null : Math.max(incident.clearedAtMs, lastHeardAtMs),
  };
}

/** `verdict` is that of all its candidates together: one that is confirmed is enough, rejected means all are. */
export function judged(incident: IncidentRecord, verdict: Verdict, around: Surroundings): Change {
  if (verdict === incident.verdict || verdict === 'pending') return advance(incident, around);
  // What was told as not verified, or still waits, keeps that until every candidate has been judged.
  if (verdict === 'unverified' && incident.verdict === 'confirmed') return advance(incident, around);
  const next: IncidentRecord = { ...incident, verdict, deadlineAtMs: null };
  const tells: Tell[] = [];
  if (next.toldAtMs !== null && !next.test) tells.push({ step: `update:${verdict}`, to: 'told' });
  if (verdict === 'rejected') clear(next, around.nowMs);
  const after = advance(next, around);
  return { incident: after.incident, tells: [...tells, ...after.tells] };
}

export function acknowledged(incident: IncidentRecord, memberId: string, around: Surroundings): Change {
  // Two phones at once: the first one stands, the second changes nothing.
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
  const next: IncidentRecord = { ...incident, acknowledgedBy: null, acknowledgedAtMs: null };
  if (next.state === 'acknowledged') {
    next.state = 'open';
    if (next.toldAtMs !== null) remind(next, around.nowMs);
  }
  return advance(next, around);
}

/** Everything that is due by now, in the order in which it fell due. Doing it twice changes nothing. */
export function advance(incident: IncidentRecord, around: Surroundings): Change {
  const { nowMs, levels } = around;
  const next = { ...incident };
  const tells: Tell[] = [];

  if (next.verdict === 'pending' && next.deadlineAtMs !== null && nowMs >= next.deadlineAtMs) {
    next.verdict = 'unverified';
    next.deadlineAtMs = null;
  }
  if (next.toldAtMs === null && mustTell(next)) {
    const level = levels[0] ?? 0;
    next.toldAtMs = nowMs;
    next.toldLevel = level;
    tells.push({ step: next.test ? 'test' : next.class === 'upkeep' ? 'upkeep' : 'opened', to: { level } });
    // Verdicts may come long after the sound; nobody has seen it yet, so it is open.
    if (next.class === 'security' && next.acknowledgedAtMs === null)
      Object.assign(next, { state: 'open', clearedAtMs: null });
    if (next.state === 'open') remind(next, nowMs);
  }
  if (hasEnded(next, around)) {
    const wasOver = next.toldAtMs !== null && next.toldAtMs >= next.lastHeardAtMs + ALL_CLEAR_AFTER_MS;
    const sayIt = next.class === 'safety' && next.toldAtMs !== null && !wasOver && !next.test;
    next.activeKey = null;
    if (next.class !== 'security') clear(next, nowMs);
    if (sayIt) tells.push({ step: 'all_clear', to: 'told' });
  }
  if (next.escalateAtMs !== null && nowMs >= next.escalateAtMs) {
    const level = levels.find((other) => other > next.toldLevel);
    next.escalateAtMs = level === undefined ? null : next.escalateAtMs + ESCALATE_AFTER_MS;
    if (level !== undefined) {
      next.toldLevel = level;
      tells.push({ step: `escalated:${level}`, to: { level } });
    }
  }
  if (next.repeatAtMs !== null && nowMs >= next.repeatAtMs) {
    // A server that was down for an hour repeats once, not thirty times.
    next.repeats++;
    next.repeatAtMs = nowMs + REPEAT_EVERY_MS;
    tells.push({ step: `repeat:${next.repeats}`, to: 'told' });
  }
  if (mayLeave(next, nowMs)) clear(next, nowMs);
  next.nextAtMs = nextLook(next, around);
  return { incident: next, tells };
}

function mustTell({ class: kind, verdict }: IncidentRecord): boolean {
  return verdict === 'confirmed' || (kind === 'safety' && verdict === 'unverified');
}

/** How soon a silent device is looked at again, when only its silence holds the all-clear back. */
const LOOK_AGAIN_MS = 15_000;

/** Only safety wakes people again and again. */
function remind(next: IncidentRecord, nowMs: number): void {
  if (next.class !== 'safety' || next.test) return;
  next.repeatAtMs = nowMs + REPEAT_EVERY_MS;
  next.escalateAtMs = nowMs + ESCALATE_AFTER_MS;
}

const lastsMs = ({ class: kind }: IncidentRecord): number => (kind === 'upkeep' ? UPKEEP_LASTS_MS : ALL_CLEAR_AFTER_MS);

function endsAtMs(incident: IncidentRecord, devicesLive: boolean): number | null {
  // A notice about a device ends when the device is well again; a safety sound is not over before somebody was told.
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

function nextLook(incident: IncidentRecord, { nowMs, devicesLive }: Surroundings): number | null {
  const endsMs = endsAtMs(incident, true);
  const times = [
    incident.deadlineAtMs,
    incident.repeatAtMs,
    incident.escalateAtMs,
    endsMs !== null && endsMs <= nowMs && !devicesLive ? nowMs + LOOK_AGAIN_MS : endsMs,
    leavesAtMs(incident),
  ];
  const due = times.filter((at) => at !== null);
  return due.length === 0 ? null : Math.min(...due);
}
