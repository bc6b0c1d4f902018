import type { Hunch } from '@earshot/shared/contracts/hunches.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';

/** An alert with its detections, their scores and the members' feedback. */
export interface JudgedAlert {
  atMs: number;
  feedback: 'right' | 'wrong' | null;
  /** `verifierScore` is null when the verifier gave no score. */
  heard: { place: string; score: number; verifierScore: number | null }[];
}

/** The scores that a sound must reach to cause an alert. Null: this release does not know the sound. */
export interface Thresholds {
  device: number | null;
  verifier: number | null;
}

/** The least number of false alerts for a suggestion. */
const LEAST_WRONG = 3;
/** A suggested level must remove at least this share of the false alerts. */
const WORTHWHILE = 0.5;
/** A suggestion names a device or a time when at least this share of the false alerts belongs to it. */
const MOST = 0.6;
const HOURS = 24;

/**
 * Suggests the nearest lower sensitivity level that would have removed half of a sound's false alerts and missed no alert that a member
 * marked as right. Null when there is no such level.
 */
export function hunchOf(
  alerts: readonly JudgedAlert[],
  level: Level,
  thresholds: Record<Level, Thresholds>,
  timeZone: string,
): Omit<Hunch, 'label' | 'days'> | null {
  const count = (at: Level, feedback: JudgedAlert['feedback']): number =>
    alerts.filter((alert) => alert.feedback === feedback && wouldAlert(alert, thresholds[at])).length;
  const change = (to: Level, feedback: JudgedAlert['feedback']) => ({
    now: count(level, feedback),
    then: count(to, feedback),
  });
  const lower = LEVELS.slice(0, LEVELS.indexOf(level)).reverse();
  for (const to of lower) {
    const [wrong, right] = [change(to, 'wrong'), change(to, 'right')];
    if (wrong.now < LEAST_WRONG || right.then < right.now || wrong.then > wrong.now * (1 - WORTHWHILE)) continue;
    const causes = alerts.filter((alert) => alert.feedback === 'wrong' && wouldAlert(alert, thresholds[level]));
    const hours = causes.map(({ atMs }) => hourOf(atMs, timeZone));
    return {
      from: level,
      to,
      place: placeOf(causes),
      aroundHour: hourOfMost(hours),
      wrong,
      right,
      unjudged: change(to, null),
    };
  }
  return null;
}

const wouldAlert = ({ heard }: JudgedAlert, { device, verifier }: Thresholds): boolean =>
  heard.some(
    ({ score, verifierScore }) =>
      (device === null || score >= device) &&
      (verifier === null || verifierScore === null || verifierScore >= verifier),
  );

function placeOf(alerts: readonly JudgedAlert[]): string | null {
  const places = [...new Set(alerts.flatMap(({ heard }) => heard.map(({ place }) => place)))];
  const share = (place: string): number =>
    alerts.filter(({ heard }) => heard.some((one) => one.place === place)).length / alerts.length;
  const [most] = places.sort((a, b) => share(b) - share(a));
  return most !== undefined && most !== '' && share(most) >= MOST ? most : null;
}

/**
 * The hour of the day around which most of these alerts happened. Null when no hour stands out. Each hour counts together with the hour
 * before and the hour after it, also across midnight.
 */
function hourOfMost(hours: readonly number[]): number | null {
  const near = (hour: number): number =>
    hours.filter((other) => Math.min((other - hour + HOURS) % HOURS, (hour - other + HOURS) % HOURS) <= 1).length;
  // When several spans of three hours have equally many alerts, take the span whose middle hour has the most.
  const exactly = (hour: number): number => hours.filter((other) => other === hour).length;
  const [most] = [...new Set(hours)].sort((a, b) => near(b) - near(a) || exactly(b) - exactly(a));
  return most !== undefined && near(most) >= MOST * hours.length ? most : null;
}

const hourOf = (ms: number, timeZone: string): number =>
  Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(ms));
