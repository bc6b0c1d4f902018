import type { PlayedAlert, PlayedPart, PlayedSession } from '../play/played.ts';
import { contains, covered, union } from './spans.ts';
import { ANSWER_S, truthOf, type LabelTruth, type Positive } from './truth.ts';
import type { LabelMap } from '../../corpus/label-map.ts';

/** Two false alerts within this time count as one, because they disturb a person only once. */
export const REFRACTORY_S = 10;

export type Stage = 'device' | 'both';

/**
 * The session's alerts: all that the device raised (`device`), or only those that the verifier confirmed (`both`). The verifier does not
 * change the time of an alert.
 */
export const alertsOf = (session: PlayedSession, stage: Stage): PlayedAlert[] =>
  session.alerts.filter(({ verifier }) => stage === 'device' || verifier?.confirmed === true);

export interface Outcome {
  positive: Positive;
  session: number;
  /** The first alert that matches the sound. */
  alert: PlayedAlert | null;
}

export interface FalseAlarm {
  alert: PlayedAlert;
  session: number;
  part: PlayedPart;
}

/**
 * The results of one session, one head and one stage. An alert counts as it would in a home (see truth.ts for the
 * times).
 */
export interface Judged {
  outcomes: Outcome[];
  falseAlarms: FalseAlarm[];
  /** For each part of the session: how many seconds of its sound would make an alert false. */
  negativeS: number[];
}

export function judge(label: string, session: PlayedSession, map: LabelMap, stage: Stage): Judged {
  const truth = truthOf(label, session, map);
  const alerts = alertsOf(session, stage).filter((alert) => alert.label === label);
  const outcomes = truth.positives.map((positive) => ({
    positive,
    session: session.session,
    alert: answerTo(positive, alerts),
  }));
  const falseAlarms = falseAlarmsIn(alerts, truth).map((alert) => ({
    alert,
    session: session.session,
    part: partAt(session, alert),
  }));
  return { outcomes, falseAlarms, negativeS: negativeSeconds(session, truth) };
}

function answerTo({ onsetS, offsetS }: Positive, alerts: readonly PlayedAlert[]): PlayedAlert | null {
  return alerts.find(({ detectedS }) => detectedS >= onsetS && detectedS <= offsetS + ANSWER_S) ?? null;
}

export function isExcused(
  { startS, detectedS }: Pick<PlayedAlert, 'startS' | 'detectedS'>,
  { windows, ignored }: LabelTruth,
): boolean {
  return contains(windows, detectedS) || contains(ignored, detectedS) || contains(ignored, startS);
}

function falseAlarmsIn(alerts: readonly PlayedAlert[], truth: LabelTruth): PlayedAlert[] {
  let lastS = -Infinity;
  return alerts.filter((alert) => {
    if (isExcused(alert, truth) || alert.detectedS - lastS < REFRACTORY_S) return false;
    lastS = alert.detectedS;
    return true;
  });
}

/** The part of the session in which the alert's sound began. */
export function partAt({ parts }: PlayedSession, { startS }: Pick<PlayedAlert, 'startS'>): PlayedPart {
  return (parts.findLast((part) => part.startS <= startS) ?? parts[0]) as PlayedPart;
}

export function negativeSeconds({ parts }: PlayedSession, { windows, ignored }: LabelTruth): number[] {
  const excused = union([...windows, ...ignored]);
  return parts.map(({ startS, durationS }) => durationS - covered(excused, { fromS: startS, toS: startS + durationS }));
}
