import { differenceOfShares, ratioOfRates, type Interval } from '@earshot/shared/statistics/intervals.ts';
import type { LabelBars, Policy, SliceBars } from './gate-policy.ts';
import { type Check, shown, within } from './check.ts';
import { houseDayChecks } from './house-day-checks.ts';
import type { LabelReport, ReportFile, SliceReport, StageReport } from './report-file.ts';

/** Checks every requirement of the policy. A requirement for which nothing was measured fails. */
export function checkPolicy(policy: Policy, report: ReportFile): Check[] {
  const checks: Check[] = [];
  for (const [stage, bars] of Object.entries(policy.stages)) {
    const found = report.stages[stage];
    if (!found) {
      checks.push({ what: `stage ${stage}`, is: 'was not played', bar: 'played', outcome: 'failed' });
      continue;
    }
    if (bars.mean) checks.push(...meanChecks(stage, bars.mean, found));
    for (const [label, labelBars] of Object.entries(bars.labels))
      checks.push(...labelChecks(stage, label, labelBars, found));
    checks.push(...crossChecks(stage, bars.crossTrigger, found));
  }
  if (policy.houseDays) checks.push(...houseDayChecks(policy.houseDays, report.houseDays));
  const { realTimeFactorPerCore, peakRssMb } = policy.speed;
  checks.push(...atLeast('times real time per core', report.speed.realTimeFactorPerCore, realTimeFactorPerCore));
  checks.push(...atMost('MB of memory', report.speed.peakRssMb, peakRssMb));
  checks.push(...atMost('problems in the corpus', report.problems.length, policy.maxProblems));
  return checks;
}

function meanChecks(
  stage: string,
  bars: { recall?: number | undefined; falsePerHour?: number | undefined },
  { labels }: StageReport,
): Check[] {
  const recalls = Object.values(labels).flatMap(({ recall }) => recall ?? []);
  const rates = Object.values(labels).flatMap(({ falsePerHour }) => falsePerHour ?? []);
  const mean = recalls.length === 0 ? null : recalls.reduce((a, b) => a + b) / recalls.length;
  return [
    ...atLeast(`${stage}: mean recall of ${recalls.length} labels`, mean, bars.recall),
    ...atMost(
      `${stage}: false alerts per hour of all labels`,
      rates.length === 0 ? null : rates.reduce((a, b) => a + b),
      bars.falsePerHour,
    ),
  ];
}

function labelChecks(stage: string, label: string, bars: LabelBars, { labels, slices }: StageReport): Check[] {
  const figures: LabelReport | undefined = labels[label];
  const name = `${stage}: ${label}`;
  const checks = [
    ...atLeast(`${name} recall`, figures?.recall ?? null, bars.recall),
    ...atMost(`${name} false alerts per hour`, figures?.falsePerHour ?? null, bars.falsePerHour),
    ...atMost(`${name} false alerts`, figures?.falseAlarms ?? null, bars.falseAlarms),
    ...atLeast(`${name} hours in which an alert would be false`, figures?.negativeHours ?? null, bars.negativeHours),
    ...atMost(`${name} latency of 95 % of the alerts in seconds`, figures?.latencyS?.p95 ?? null, bars.latencyP95S),
  ];
  const { worstSlice = [] } = bars;
  return [...checks, ...worstSlice.flatMap((limits) => columnChecks(name, limits, slices[label] ?? []))];
}

function columnChecks(label: string, bars: SliceBars, all: readonly SliceReport[]): Check[] {
  const { columns } = bars;
  if (!columns) return all.flatMap((slice) => sliceChecks(label, bars, slice, all));
  return columns.flatMap((column) => {
    const slices = all.filter(({ by }) => by === column);
    const checks = slices.flatMap((slice) => sliceChecks(label, bars, slice, slices));
    return [...unmeasured(`${label} in slices of ${column}`, bars, slices), ...checks];
  });
}

/** Returns a failed requirement when the column has fewer than two slices that are large enough to be compared. */
function unmeasured(what: string, bars: SliceBars, slices: readonly SliceReport[]): Check[] {
  const needsPositives = bars.recall !== undefined || bars.recallGap !== undefined;
  const needsHours = bars.falsePerHour !== undefined || bars.falseRatio !== undefined;
  const large = slices.filter(
    ({ positives, negativeHours }) =>
      (!needsPositives || positives >= bars.minPositives) && (!needsHours || negativeHours >= bars.minHours),
  );
  if (large.length >= 2) return [];
  return [{ what, is: `${large.length} slices that are large enough`, bar: 'at least 2', outcome: 'failed' }];
}

/** Compares a slice with the limits, and with all other slices of its column together. */
function sliceChecks(label: string, bars: SliceBars, slice: SliceReport, all: readonly SliceReport[]): Check[] {
  const name = `${label} in slice ${slice.by} = ${slice.value}:`;
  const others = all.filter(({ by, value }) => by === slice.by && value !== slice.value);
  return [...recallChecks(name, bars, slice, others), ...falseAlarmChecks(name, bars, slice, others)];
}

function recallChecks(name: string, bars: SliceBars, slice: SliceReport, others: readonly SliceReport[]): Check[] {
  if (slice.positives < bars.minPositives) return [];
  const interval = { low: slice.recallLow, high: slice.recallHigh };
  const checks = within(interval, atLeast(`${name} recall`, slice.recall, bars.recall));
  const positives = sumOf(others, (other) => other.positives);
  if (positives < bars.minPositives) return checks;
  const hits = sumOf(others, (other) => other.hits);
  const gap = hits / positives - slice.hits / slice.positives;
  const gapInterval = differenceOfShares(hits, positives, slice.hits, slice.positives);
  return [
    ...checks,
    ...atMostSurely(`${name} difference to the recall of the other slices`, gap, gapInterval, bars.recallGap),
  ];
}

function falseAlarmChecks(name: string, bars: SliceBars, slice: SliceReport, others: readonly SliceReport[]): Check[] {
  if (slice.negativeHours < bars.minHours) return [];
  const what = `${name} false alerts per hour`;
  const interval = { low: slice.falsePerHourLow, high: slice.falsePerHourHigh };
  const checks = within(interval, atMost(what, slice.falsePerHour, bars.falsePerHour));
  const hours = sumOf(others, (other) => other.negativeHours);
  if (hours < bars.minHours) return checks;
  const count = sumOf(others, (other) => other.falseAlarms);
  const ratio = slice.falseAlarms === 0 ? 0 : slice.falseAlarms / slice.negativeHours / (count / hours);
  const ratioInterval = ratioOfRates(slice.falseAlarms, slice.negativeHours, count, hours);
  return [...checks, ...atMostSurely(`${what} relative to the other slices`, ratio, ratioInterval, bars.falseRatio)];
}

const sumOf = (slices: readonly SliceReport[], of: (slice: SliceReport) => number): number =>
  slices.reduce((total, slice) => total + of(slice), 0);

function crossChecks(
  stage: string,
  bars: Record<string, Record<string, number>>,
  { crossTrigger }: StageReport,
): Check[] {
  return Object.entries(bars).flatMap(([from, columns]) =>
    Object.entries(columns).flatMap(([to, most]) =>
      atMost(`${stage}: share of ${from} alerted as ${to}`, crossTrigger[from]?.[to] ?? null, most),
    ),
  );
}

function atLeast(what: string, is: number | null, bar: number | undefined): Check[] {
  if (bar === undefined) return [];
  return [{ what, is: shown(is), bar: `at least ${bar}`, outcome: is !== null && is >= bar ? 'passed' : 'failed' }];
}

function atMost(what: string, is: number | null, bar: number | undefined): Check[] {
  if (bar === undefined) return [];
  return [{ what, is: shown(is), bar: `at most ${bar}`, outcome: is !== null && is <= bar ? 'passed' : 'failed' }];
}

/** Fails only when the whole interval lies above the limit, because a smaller difference may be chance. */
function atMostSurely(what: string, is: number, interval: Interval, bar: number | undefined): Check[] {
  if (bar === undefined) return [];
  const outcome = interval.low <= bar ? 'passed' : 'failed';
  return within(interval, [{ what, is: shown(is), bar: `at most ${bar} at the lower end of the interval`, outcome }]);
}
