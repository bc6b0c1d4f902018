import type { Interval } from '@earshot/shared/statistics/intervals.ts';
import { type Check, type Outcome, shown, within } from './check.ts';
import type { HouseDayBars, Policy } from './gate-policy.ts';
import type { HouseDayColumn, HouseDays } from './report-file.ts';

const REPORTS = { device: 'candidates', both: 'false alerts' };

/** Compares the kinds of homes of the house days with one another and with the limits of the policy. */
export function houseDayChecks(bars: NonNullable<Policy['houseDays']>, found: HouseDays | undefined): Check[] {
  if (!found) return [{ what: 'house days', is: 'were not played', bar: 'played', outcome: 'failed' }];
  const checks: Check[] = [
    {
      what: 'house days played',
      is: String(found.days),
      bar: `at least ${bars.days}`,
      outcome: found.days >= bars.days ? 'passed' : 'undecided',
    },
  ];
  for (const stage of ['device', 'both'] as const) {
    const columns = found.stages[stage]?.defaultModes.slices ?? [];
    for (const limits of bars.stages[stage] ?? []) checks.push(...stageChecks(stage, limits, columns));
  }
  return checks;
}

function stageChecks(stage: keyof typeof REPORTS, bars: HouseDayBars, all: readonly HouseDayColumn[]): Check[] {
  return bars.columns.flatMap((by) => {
    const column = all.find((one) => one.by === by);
    if (column) return columnChecks(stage, bars, column);
    return [{ what: `${stage}: comparison of homes by ${by}`, is: 'not measured', bar: 'measured', outcome: 'failed' }];
  });
}

function columnChecks(stage: keyof typeof REPORTS, bars: HouseDayBars, { by, values, gap }: HouseDayColumn): Check[] {
  const name = `${stage}: homes with ${by} =`;
  const what = `${REPORTS[stage]} a day`;
  const checks = values.flatMap(({ value, days, perDay, low, high }) =>
    surelyAtMost(`${name} ${value}: ${what}`, perDay, { low, high }, bars.perDay, { days, needed: bars.minDays }),
  );
  if (bars.ratio === undefined) return checks;
  if (!gap)
    return [
      ...checks,
      { what: `${stage}: comparison of homes by ${by}`, is: '1 value', bar: 'at least 2', outcome: 'undecided' },
    ];
  const { worst, best, ratio, low, high } = gap;
  const fewest = { days: Math.min(...values.map(({ days }) => days)), needed: bars.minDays };
  const multiple = `${name} ${worst}: ${what}, divided by those of homes with ${by} = ${best}`;
  const interval = { low, high: high ?? Infinity };
  return [...checks, ...surelyAtMost(multiple, ratio ?? Infinity, interval, bars.ratio, fewest)];
}

interface Played {
  days: number;
  needed: number;
}

function surelyAtMost(
  what: string,
  is: number,
  interval: Interval,
  bar: number | undefined,
  { days, needed }: Played,
): Check[] {
  if (bar === undefined) return [];
  const outcome = outcomeOf(interval, bar, days >= needed);
  const more = outcome === 'undecided' ? ` (${days} of ${needed} days were played)` : '';
  return within(interval, [{ what, is: shown(is), bar: `at most ${bar} over the whole interval${more}`, outcome }]);
}

function outcomeOf({ low, high }: Interval, bar: number, isLongEnough: boolean): Outcome {
  if (low > bar) return 'failed';
  return high <= bar || isLongEnough ? 'passed' : 'undecided';
}
