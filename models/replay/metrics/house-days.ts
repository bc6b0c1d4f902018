import { labelInfo, type Mode } from '@earshot/shared/labels.ts';
import type { LabelMap } from '../../corpus/label-map.ts';
import { modeAt } from '../../scenes/homes/schedule.ts';
import type { PlayedSession } from '../play/played.ts';
import { poisson } from '@earshot/shared/statistics/intervals.ts';
import { houseDayColumns, type HouseDayColumn } from './house-day-slices.ts';
import { phoneAlerts } from './phone-alerts.ts';
import { judge, partAt, type FalseAlarm, type Stage } from './product.ts';

/** A count over several days, and the rate per day with its 95 % interval (Garwood). */
export interface PerDay {
  count: number;
  perDay: number;
  low: number;
  high: number;
}

/**
 * What is wrongly reported on days without an alarm and without breaking glass: the candidates of a device, or the
 * alerts with which phones ring.
 */
export interface HouseDayCounts {
  all: PerDay;
  /** All reports; for alerts also those that the verifier confirmed while the alert of their sound was open. */
  reports: PerDay;
  labels: Record<string, PerDay>;
  /** Counts by hour of the day, 0 to 23. */
  hours: number[];
  /** The counts of each home; homes with the most false alerts come first. */
  homes: ({ home: string; days: number } & PerDay)[];
  /** The counts by each column of the homes: site, dwelling, pets and so on. */
  slices: HouseDayColumn[];
}

export interface HouseDayFigures {
  days: number;
  homes: number;
  /** Candidates (`device`) and false alerts (`both`): in a new home's default modes, and with every label always on. */
  stages: Partial<Record<Stage, { defaultModes: HouseDayCounts; everythingOn: HouseDayCounts }>>;
}

/** Returns the figures of all house days, or null when none were played. */
export function houseDayFigures(
  labels: readonly string[],
  sessions: readonly PlayedSession[],
  map: LabelMap,
  stages: readonly Stage[],
): HouseDayFigures | null {
  const days = sessions.filter(({ parts }) => parts[0]?.modes !== undefined);
  if (days.length === 0) return null;
  const figures: HouseDayFigures = { days: days.length, homes: new Set(days.map(homeOf)).size, stages: {} };
  const rejected = days.flatMap((day) => rejectedOf(labels, day));
  for (const stage of stages) {
    const found = days.flatMap((day) => labels.flatMap((label) => judge(label, day, map, stage).falseAlarms));
    const counts = (isOn: (report: FalseAlarm) => boolean): HouseDayCounts => {
      const reports = found.filter(isOn);
      const alerts = stage === 'both' ? phoneAlerts([...reports, ...rejected.filter(isOn)]) : reports;
      return { ...countsOf(labels, days, alerts), reports: perDay(reports.length, days.length) };
    };
    figures.stages[stage] = { defaultModes: counts(isOnByDefault), everythingOn: counts(() => true) };
  }
  return figures;
}

/** Whether the label is on in a new home when the report comes. */
function isOnByDefault({ alert, part }: FalseAlarm): boolean {
  const mode: Mode = modeAt(part.modes ?? [], alert.detectedS - part.startS);
  return labelInfo(alert.label).modes.includes(mode);
}

/** The reports that the verifier rejected. They alert nobody, but keep an open alert open. */
const rejectedOf = (labels: readonly string[], day: PlayedSession): FalseAlarm[] =>
  day.alerts
    .filter(({ label, verifier }) => labels.includes(label) && verifier?.confirmed === false)
    .map((alert) => ({ alert, session: day.session, part: partAt(day, alert) }));

const homeOf = ({ parts }: PlayedSession): string => parts[0]?.slices['home'] ?? '';

function countsOf(
  labels: readonly string[],
  days: readonly PlayedSession[],
  found: readonly FalseAlarm[],
): Omit<HouseDayCounts, 'reports'> {
  const hours = new Array<number>(24).fill(0);
  for (const { alert, part } of found) {
    const hour = Math.min(23, Math.floor((alert.detectedS - part.startS) / 3_600));
    hours[hour] = (hours[hour] as number) + 1;
  }
  const homes = [...Map.groupBy(days, homeOf)].map(([home, ofHome]) => ({
    home,
    days: ofHome.length,
    ...perDay(found.filter(({ part }) => part.slices['home'] === home).length, ofHome.length),
  }));
  return {
    all: perDay(found.length, days.length),
    labels: Object.fromEntries(
      labels.map((label) => [label, perDay(found.filter(({ alert }) => alert.label === label).length, days.length)]),
    ),
    hours,
    homes: homes.sort((a, b) => b.perDay - a.perDay || a.home.localeCompare(b.home, 'en')),
    slices: houseDayColumns(
      days.flatMap(({ parts: [day] }) =>
        day ? [{ slices: day.slices, count: found.filter(({ part }) => part === day).length }] : [],
      ),
    ),
  };
}

function perDay(count: number, days: number): PerDay {
  const { low, high } = poisson(count);
  return { count, perDay: count / days, low: low / days, high: high / days };
}
