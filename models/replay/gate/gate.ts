import type { LabelBars, Policy } from './gate-policy.ts';
import type { LabelReport, ReportFile, StageReport } from './report-file.ts';

/** One bar of the policy, compared with the report. */
export interface Check {
  what: string;
  is: string;
  bar: string;
  passed: boolean;
}

/** Every bar of the policy. A bar that nothing was measured for fails. */
export function checkPolicy(policy: Policy, report: ReportFile): Check[] {
  const checks: Check[] = [];
  for (const [stage, bars] of Object.entries(policy.stages)) {
    const found = report.stages[stage];
    if (!found) {
      checks.push({ what: `stage ${stage}`, is: 'was not played', bar: 'played', passed: false });
      continue;
    }
    if (bars.mean) checks.push(...meanChecks(stage, bars.mean, found));
    for (const [label, labelBars] of Object.entries(bars.labels))
      checks.push(...labelChecks(stage, label, labelBars, found));
    checks.push(...crossChecks(stage, bars.crossTrigger, found));
  }
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
      `${stage}: false alarms per hour of all labels`,
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
    ...atMost(`${name} false alarms per hour`, figures?.falsePerHour ?? null, bars.falsePerHour),
    ...atMost(`${name} false alarms`, figures?.falseAlarms ?? null, bars.falseAlarms),
    ...atLeast(`${name} hours in which an alert would be false`, figures?.negativeHours ?? null, bars.negativeHours),
    ...atMost(`${name} 95 % latency in seconds`, figures?.latencyS?.p95 ?? null, bars.latencyP95S),
  ];
  const { worstSlice } = bars;
  if (!worstSlice) return checks;
  for (const slice of slices[label] ?? []) {
    const of = `${name} in slice ${slice.by} = ${slice.value}:`;
    if (slice.positives >= worstSlice.minPositives)
      checks.push(...atLeast(`${of} recall`, slice.recall, worstSlice.recall));
    if (slice.negativeHours >= worstSlice.minHours)
      checks.push(...atMost(`${of} false alarms per hour`, slice.falsePerHour, worstSlice.falsePerHour));
  }
  return checks;
}

function crossChecks(
  stage: string,
  bars: Record<string, Record<string, number>>,
  { crossTrigger }: StageReport,
): Check[] {
  return Object.entries(bars).flatMap(([from, columns]) =>
    Object.entries(columns).flatMap(([to, most]) =>
      atMost(`${stage}: ${from} alerted as ${to}`, crossTrigger[from]?.[to] ?? null, most),
    ),
  );
}

function atLeast(what: string, is: number | null, bar: number | undefined): Check[] {
  if (bar === undefined) return [];
  return [{ what, is: shown(is), bar: `at least ${bar}`, passed: is !== null && is >= bar }];
}

function atMost(what: string, is: number | null, bar: number | undefined): Check[] {
  if (bar === undefined) return [];
  return [{ what, is: shown(is), bar: `at most ${bar}`, passed: is !== null && is <= bar }];
}

const shown = (value: number | null): string =>
  value === null ? 'not measured' : String(Number(value.toPrecision(4)));

export function gateText(release: string, checks: readonly Check[]): string {
  const failed = checks.filter(({ passed }) => !passed);
  const lines = failed.map(({ what, is, bar }) => `FAILED  ${what}: ${is}, must be ${bar}`);
  const verdict =
    failed.length === 0
      ? `Release ${release} passes: ${checks.length} bars held.`
      : `Release ${release} does not pass: ${failed.length} of ${checks.length} bars broken.`;
  return `${[...lines, verdict].join('\n')}\n`;
}
