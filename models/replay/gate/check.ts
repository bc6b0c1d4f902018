import type { Interval } from '@earshot/shared/statistics/intervals.ts';

/** `undecided`: too few days were played to know whether the requirement is met. */
export type Outcome = 'passed' | 'failed' | 'undecided';

/** One requirement of the policy, with the value from the report. */
export interface Check {
  what: string;
  is: string;
  bar: string;
  outcome: Outcome;
}

export const within = ({ low, high }: Interval, checks: readonly Check[]): Check[] =>
  checks.map((check) => ({ ...check, is: `${check.is} (95 %: ${shown(low)} to ${shown(high)})` }));

export function shown(value: number | null): string {
  if (value === null) return 'not measured';
  return value === Infinity ? 'unbounded' : String(Number(value.toPrecision(4)));
}

/** A release fails when it misses one requirement, and passes when it meets all. Otherwise it is undecided. */
export function outcomeOf(checks: readonly Check[]): Outcome {
  const outcomes = new Set(checks.map(({ outcome }) => outcome));
  return outcomes.has('failed') ? 'failed' : outcomes.has('undecided') ? 'undecided' : 'passed';
}

export function gateText(release: string, checks: readonly Check[]): string {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const undecided = checks.filter(({ outcome }) => outcome === 'undecided');
  const lines = [
    ...failed.map(({ what, is, bar }) => `FAILED  ${what}: ${is}, must be ${bar}`),
    ...undecided.map(({ what, is, bar }) => `TOO FEW DAYS  ${what}: ${is}, must be ${bar}`),
  ];
  return `${[...lines, verdictOf(release, checks.length, failed.length, undecided.length)].join('\n')}\n`;
}

function verdictOf(release: string, all: number, failed: number, undecided: number): string {
  if (failed > 0) return `Release ${release} does not pass: it misses ${failed} of ${all} requirements.`;
  if (undecided > 0)
    return `Too few days were played to decide whether release ${release} passes: it misses no requirement, but ${undecided} of ${all} need more days.`;
  return `Release ${release} passes: it meets all ${all} requirements.`;
}
