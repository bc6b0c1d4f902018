import type { LabelMap } from '../../corpus/label-map.ts';
import type { PlayedSession } from '../play/played.ts';
import { poisson, wilson } from '@earshot/shared/statistics/intervals.ts';
import { alertsOf, judge, type FalseAlarm, type Judged, type Outcome, type Stage } from './product.ts';
import { slicesOf, type Slice } from './slices.ts';
import { areaOf, bestUnder, sweep, type ThresholdSweep, type SweepPoint } from './threshold-sweep.ts';
import { ANSWER_S, truthOf } from './truth.ts';
import { contains } from './spans.ts';

export interface LabelFigures {
  positives: number;
  hits: number;
  negativeHours: number;
  falseAlarms: number;
  falsePerHour: number | null;
  falsePerHourLow: number;
  falsePerHourHigh: number;
  falsePerDay: number | null;
  recall: number | null;
  recallLow: number;
  recallHigh: number;
  /** Seconds from the sound's onset to the alert, for the sounds that were found. */
  latencyS: { median: number; p95: number; worst: number } | null;
  /** Area under the curve of recall over false alerts per hour; null without positives. */
  area: number | null;
  bestUnder: { falsePerDay: number; point: SweepPoint | null }[];
}

export interface StageResults {
  labels: Record<string, LabelFigures>;
  /** Mean of the areas of all heads that have positives. */
  area: number | null;
  /** The share of the sounds with a true label (row) that was alerted with a given label (column). */
  crossTrigger: Record<string, Record<string, number>>;
  slices: Record<string, Slice[]>;
  sweeps: Record<string, ThresholdSweep>;
  outcomes: Outcome[];
  falseAlarms: FalseAlarm[];
}

/** Budgets of false alerts per day; 480 per day is 20 per hour. */
const BUDGETS_PER_DAY = [0.1, 1, 10, 100, 480];
const BEEPERS_AND_GLASS = ['smoke_alarm', 'co_alarm', 'low_battery_chirp', 'glass_break'];

/** Computes all figures of one stage, head by head. */
export function stageResults(
  labels: readonly string[],
  sessions: readonly PlayedSession[],
  map: LabelMap,
  stage: Stage,
): StageResults {
  const judged = new Map(labels.map((label) => [label, sessions.map((session) => judge(label, session, map, stage))]));
  const sweeps = Object.fromEntries(labels.map((label) => [label, sweep(label, sessions, map, stage)]));
  const figures = Object.fromEntries(
    labels.map((label) => [label, labelFigures(judged.get(label) as Judged[], sweeps[label] as ThresholdSweep)]),
  );
  const areas = Object.values(figures).flatMap(({ area }) => area ?? []);
  const all = [...judged.values()].flat();
  return {
    labels: figures,
    area: areas.length === 0 ? null : areas.reduce((a, b) => a + b) / areas.length,
    crossTrigger: crossTrigger(
      labels.filter((label) => BEEPERS_AND_GLASS.includes(label)),
      sessions,
      map,
      stage,
    ),
    slices: Object.fromEntries(
      [...judged].map(([label, sessionsJudged]) => [label, slicesOf(sessionsJudged, sessions)]),
    ),
    sweeps,
    outcomes: all.flatMap(({ outcomes }) => outcomes),
    falseAlarms: all.flatMap(({ falseAlarms }) => falseAlarms),
  };
}

function labelFigures(judged: readonly Judged[], swept: ThresholdSweep): LabelFigures {
  const outcomes = judged.flatMap((one) => one.outcomes);
  const latencies = outcomes
    .flatMap(({ positive, alert }) => (alert ? [alert.detectedS - positive.onsetS] : []))
    .sort((a, b) => a - b);
  const hits = latencies.length;
  const falseAlarms = judged.reduce((sum, one) => sum + one.falseAlarms.length, 0);
  const hours = judged.reduce((sum, one) => sum + one.negativeS.reduce((a, b) => a + b, 0), 0) / 3_600;
  const [recall, rate] = [wilson(hits, outcomes.length), poisson(falseAlarms)];
  const perHour = (count: number) => (hours === 0 ? 0 : count / hours);
  return {
    positives: outcomes.length,
    hits,
    negativeHours: hours,
    falseAlarms,
    falsePerHour: hours === 0 ? null : falseAlarms / hours,
    falsePerHourLow: perHour(rate.low),
    falsePerHourHigh: perHour(rate.high),
    falsePerDay: hours === 0 ? null : (24 * falseAlarms) / hours,
    recall: outcomes.length === 0 ? null : hits / outcomes.length,
    recallLow: recall.low,
    recallHigh: recall.high,
    latencyS:
      hits === 0
        ? null
        : { median: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), worst: latencies.at(-1) as number },
    area: outcomes.length === 0 ? null : areaOf(swept),
    bestUnder:
      outcomes.length === 0
        ? []
        : BUDGETS_PER_DAY.map((falsePerDay) => ({ falsePerDay, point: bestUnder(swept, falsePerDay / 24) })),
  };
}

/** Returns the quantile by nearest rank, which is always a measured value. */
const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;

function crossTrigger(
  labels: readonly string[],
  sessions: readonly PlayedSession[],
  map: LabelMap,
  stage: Stage,
): Record<string, Record<string, number>> {
  const table: Record<string, Record<string, number>> = {};
  for (const row of labels) {
    const counts = new Map(labels.map((label) => [label, 0]));
    let total = 0;
    for (const session of sessions) {
      const alerts = alertsOf(session, stage);
      for (const { onsetS, offsetS } of truthOf(row, session, map).positives) {
        total++;
        const window = [{ fromS: onsetS, toS: offsetS + ANSWER_S }];
        const alerted = new Set(
          alerts.filter(({ detectedS }) => contains(window, detectedS)).map(({ label }) => label),
        );
        for (const label of labels) if (alerted.has(label)) counts.set(label, (counts.get(label) as number) + 1);
      }
    }
    if (total > 0) table[row] = Object.fromEntries([...counts].map(([label, count]) => [label, count / total]));
  }
  return table;
}
