import {
  dispersionOf,
  exactRatio,
  rateInterval,
  total,
  type Counted,
} from '@earshot/shared/statistics/dispersed-rates.ts';

/** A house day of a replay: the columns of its home, and how many of the reports were counted. */
export interface SlicedDay {
  slices: Readonly<Record<string, string>>;
  count: number;
}

/** The days of all homes with one value in a column, for example `pets` and `dog`. */
export interface HouseDaySlice {
  value: string;
  homes: number;
  days: number;
  count: number;
  perDay: number;
  low: number;
  high: number;
}

export interface HouseDayColumn {
  by: string;
  /** The worst first: the one whose interval begins highest. */
  values: HouseDaySlice[];
  /** How many times as much the counts of homes vary as independent reports would. The intervals are wider by it. */
  dispersion: number;
  /** Null with fewer than two values. */
  gap: Gap | null;
}

/** The reports a day of the worst value as a multiple of those of the best. */
export interface Gap {
  worst: string;
  best: string;
  /** NaN where neither has any. */
  ratio: number;
  low: number;
  high: number;
}

/** A home is what a count varies by, and a month says nothing about a home. */
const NOT_COMPARED = ['home', 'month'];

/** Reports a day by every column of the homes. */
export function houseDayColumns(days: readonly SlicedDay[]): HouseDayColumn[] {
  const columns = new Set(days.flatMap(({ slices }) => Object.keys(slices)));
  return [...columns].filter((by) => !NOT_COMPARED.includes(by)).map((by) => columnOf(by, days));
}

function columnOf(by: string, days: readonly SlicedDay[]): HouseDayColumn {
  const known = days.filter(({ slices }) => slices[by] !== undefined);
  const groups = [...Map.groupBy(known, ({ slices }) => slices[by] as string)].map(([value, ofValue]) => ({
    value,
    homes: homesOf(ofValue),
  }));
  const dispersion = dispersionOf(groups.map(({ homes }) => homes));
  const values = groups
    .map(({ value, homes }): HouseDaySlice => {
      const { count, exposure } = total(homes);
      const interval = rateInterval({ count, exposure }, dispersion);
      return { value, homes: homes.length, days: exposure, count, perDay: count / exposure, ...interval };
    })
    .sort((a, b) => b.low - a.low || b.perDay - a.perDay || a.value.localeCompare(b.value, 'en'));
  return { by, values, dispersion, gap: gapOf(values, dispersion) };
}

/** Days of one home are not independent of one another, so counts are compared home by home. */
const homesOf = (days: readonly SlicedDay[]): Counted[] =>
  [...Map.groupBy(days, ({ slices }) => slices['home']).values()].map((ofHome) => ({
    count: ofHome.reduce((sum, { count }) => sum + count, 0),
    exposure: ofHome.length,
  }));

/**
 * The worst value is the one whose interval begins highest and the best one whose interval ends lowest, so that a value with a
 * single day is seldom either. Their ratio is the largest of several, so its interval is widened for the number of pairs
 * (Bonferroni).
 */
function gapOf(values: readonly HouseDaySlice[], dispersion: number): Gap | null {
  const [worst, ...others] = values;
  const [best] = others.toSorted((a, b) => a.high - b.high);
  if (!worst || !best) return null;
  const pairs = (values.length * (values.length - 1)) / 2;
  const counted = ({ count, days }: HouseDaySlice): Counted => ({ count, exposure: days });
  return {
    worst: worst.value,
    best: best.value,
    ratio: worst.perDay / best.perDay,
    ...exactRatio(counted(worst), counted(best), dispersion, 1 - 0.05 / pairs),
  };
}
