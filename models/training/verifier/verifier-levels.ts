import type { z } from 'zod';
import { lastsMs } from '@earshot/cloud/incidents/incident.ts';
import { COOL_DOWN_MS } from '@earshot/shared/cool-down.ts';
import type { Levels } from '@earshot/shared/contracts/release.ts';
import { labelInfo, LEVELS, type Level } from '@earshot/shared/labels.ts';

/** One candidate and the verifier's score. */
export interface Judged {
  label: string;
  score: number;
  isReal: boolean;
}

/** The candidates of a device at each level, from the same sounds. */
export interface JudgedSessions {
  hours: number;
  judged: Readonly<Record<Level, readonly Judged[]>>;
}

/** One candidate of a home's day. */
export interface JudgedOfDay extends Judged {
  day: number;
  atS: number;
  /** The device's event: a sound that goes on is reported again. */
  eventId: number;
}

export interface HouseDays {
  days: number;
  /** The candidates that a device at medium reports on these days. The other levels are measured on the same ones. */
  judged: readonly JudgedOfDay[];
}

export interface Judgement {
  /** Held-back sessions, most of which contain confusers one after the other. */
  sessions: JudgedSessions;
  /** Sounds that resemble an alarm and last as long as one, each represented by its highest score. */
  nearMisses: JudgedSessions;
  houseDays: HouseDays;
}

/** The budget of both stages together. */
interface Budget {
  /** False alerts per hour of confusers, per hour of sounds that resemble alarms, and per day of a home. */
  perConfuserHour: number;
  perNearMissHour: number;
  perDay: number;
  /**
   * The share of the device's real candidates that may be rejected to keep the budget. If that is not enough, the
   * budget is exceeded, and the release publishes the excess.
   */
  mostLost: number;
}

/**
 * The budgets at medium. Together they allow one false alert per hour of confusers, one per hundred sounds of half a
 * minute that resemble alarms, and 0.1 per day. The labels that resemble the most other sounds get the largest shares.
 * One smoke alarm in fourteen and one CO alarm in sixteen may be lost, counted 16 s after it began: these are the
 * faintest ones and those without a standard's rhythm. With one smoke alarm in twenty-five
 * (a threshold of 0.6 instead of 0.73) about 16 instead of 8 of the 51 false smoke alerts of example-draw.ts are left, and
 * 268 instead of 263 of the 278 alarms are confirmed. One breaking pane in seven may be lost, because the device also reports
 * faint ones, which sound like crockery. A chirp may be lost more often: it repeats and is reported again, so a lost
 * chirp only delays the notice.
 */
const BUDGETS: Readonly<Record<string, Budget>> = {
  smoke_alarm: { perConfuserHour: 0.25, perNearMissHour: 0.5, perDay: 0.03, mostLost: 0.07 },
  co_alarm: { perConfuserHour: 0.15, perNearMissHour: 0.2, perDay: 0.02, mostLost: 0.06 },
  low_battery_chirp: { perConfuserHour: 0.1, perNearMissHour: 0.2, perDay: 0.02, mostLost: 0.5 },
  glass_break: { perConfuserHour: 0.5, perNearMissHour: 0.3, perDay: 0.03, mostLost: 0.15 },
};
/** The budget of experimental labels. They are off by default, so they do not count in the sum. */
const USUAL: Budget = { perConfuserHour: 1, perNearMissHour: 2, perDay: 0.1, mostLost: 0.2 };
const SPENDING: Readonly<Record<Level, number>> = { low: 0.3, medium: 1, high: 3 };
/** The factor of each level for the budget's `mostLost`. */
const LOSING: Readonly<Record<Level, number>> = { low: 1.5, medium: 1, high: 0.3 };
/**
 * No threshold is lower than needed to keep all real candidates but this share: a lower one would only confirm more
 * false candidates.
 */
const LEAST_LOST = 0.005;
/** The lowest threshold: a score of a network that is nearly certain of "no". */
const LOWEST = 0.01;
const HIGHEST = 0.98;
const EVEN_ODDS = 0.5;

/**
 * The threshold of each level: the lowest that keeps the label's false alerts within its budget on held-back sessions,
 * sounds that resemble alarms and house days, but not higher than allowed by `mostLost`.
 */
export function verifierLevels(label: string, { sessions, nearMisses, houseDays }: Judgement): z.infer<typeof Levels> {
  const scoresOf = (some: readonly Judged[], wanted: boolean): number[] =>
    some
      .filter((judged) => judged.label === label && judged.isReal === wanted)
      .map(({ score }) => score)
      .sort((a, b) => a - b);
  const budget = BUDGETS[label] ?? USUAL;
  const falseOfDays = houseDays.judged.filter((judged) => judged.label === label && !judged.isReal);
  const wanted = (level: Level): number | null => {
    const real = scoresOf(sessions.judged[level], true);
    if (real.length === 0) return null;
    const share = SPENDING[level];
    const affordable = Math.max(
      lowestThatLets(sessions.hours * budget.perConfuserHour * share, scoresOf(sessions.judged[level], false)),
      lowestThatLets(nearMisses.hours * budget.perNearMissHour * share, scoresOf(nearMisses.judged[level], false)),
      lowestThatAlerts(houseDays.days * budget.perDay * share, falseOfDays),
    );
    const least = keeping(real, LEAST_LOST);
    return Math.min(
      HIGHEST,
      Math.max(LOWEST, Math.min(keeping(real, budget.mostLost * LOSING[level]), Math.max(least, affordable))),
    );
  };
  const medium = wanted('medium') ?? wanted('high') ?? EVEN_ODDS;
  // Each level is set on different candidates, for some labels on few. Still, a less sensitive level must not confirm
  // more.
  const thresholds: Record<Level, number> = {
    low: Math.max(medium, wanted('low') ?? medium),
    medium,
    high: Math.min(medium, wanted('high') ?? medium),
  };
  // At a lower threshold two alerts can merge into one long alert. The count must not become smaller because of that.
  const mostAlerts = (threshold: number): number =>
    Math.max(
      ...Object.values(thresholds)
        .filter((other) => other >= threshold)
        .map((other) => alertsOf(falseOfDays, other)),
    );
  const levelOf = (level: Level): [Level, z.infer<typeof Levels>[Level]] => {
    const threshold = thresholds[level];
    const real = scoresOf(sessions.judged[level], true);
    const missed = real.filter((score) => score < threshold).length;
    return [
      level,
      {
        threshold,
        perDay: houseDays.days === 0 ? 0 : mostAlerts(threshold) / houseDays.days,
        missRate: real.length === 0 ? 0 : missed / real.length,
      },
    ];
  };
  return Object.fromEntries(LEVELS.map(levelOf)) as z.infer<typeof Levels>;
}

/** A threshold just below the score of the first real candidate that must be kept. `real` is in ascending order. */
const keeping = (real: readonly number[], mayLose: number): number =>
  (real[Math.floor(real.length * mayLose)] as number) * 0.999;

/** A threshold just above the highest false score that must be rejected. `others` is in ascending order. */
function lowestThatLets(allowed: number, others: readonly number[]): number {
  const refused = others[others.length - 1 - Math.floor(allowed)];
  return refused === undefined ? 0 : refused + 1e-6;
}

/** A threshold just above the score at which these false candidates would cause more alerts than allowed. */
function lowestThatAlerts(allowed: number, others: readonly JudgedOfDay[]): number {
  const scores = others.map(({ score }) => score).sort((a, b) => b - a);
  const refused = scores.find((score) => alertsOf(others, score) > allowed);
  return refused === undefined ? 0 : refused + 1e-6;
}

/**
 * The number of alerts that a label's false candidates cause, as in the cloud: candidates of one event are one incident,
 * and those that come before it has ended belong to it, too. A new incident alerts members, of security and upkeep sounds
 * only when the cool-down that the last alert began is over.
 */
function alertsOf(others: readonly JudgedOfDay[], threshold: number): number {
  const passed = others.filter(({ score }) => score >= threshold).sort((a, b) => a.day - b.day || a.atS - b.atS);
  let alerts = 0;
  let toldAtS = -Infinity;
  for (const [n, { label, day, atS, eventId }] of passed.entries()) {
    const before = passed[n - 1];
    const kind = labelInfo(label).class;
    if (before?.day === day) {
      if (before.eventId === eventId || 1_000 * (atS - before.atS) <= lastsMs({ class: kind, label })) continue;
      if (kind !== 'safety' && 1_000 * (atS - toldAtS) <= COOL_DOWN_MS) continue;
    }
    toldAtS = atS;
    alerts++;
  }
  return alerts;
}
