import {
  dispersionOf,
  exactRatio,
  rateInterval,
  total,
  type Counted,
} from '@earshot/shared/statistics/dispersed-rates.ts';

/** A house day of a replay: the columns of its home, and the number of reports. */
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
  /** The values, the worst first. The worst is the value whose interval has the highest lower end. */
  values: HouseDaySlice[];
  /** The variance of the counts of homes, relative to that of independent reports. It makes the intervals wider. */
  dispersion: number;
  /** The comparison of the worst and the best value; null with fewer than two values. */
  gap: Gap | null;
}

/** The ratio of the reports per day between the worst and the best value of a column. */
export interface Gap {
  worst: string;
  best: string;
  /** NaN when neither value has a report. */
  ratio: number;
  low: number;
  high: number;
}

/** Columns that are not kinds of homes: homes are the units whose counts are compared, and the month is not a property of a home. */
const NOT_COMPARED = ['home', 'month'];

/** Computes the reports per day for every column of the homes. */
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

/** Adds up the days of each home, because days of one home are not independent of one another. */
const homesOf = (days: readonly SlicedDay[]): Counted[] =>
  [...Map.groupBy(days, ({ slices }) => slices['home']).values()].map((ofHome) => ({
    count: ofHome.reduce((sum, { count }) => sum + count, 0),
    exposure: ofHome.length,
  }));

/**
 * Compares the worst value, whose interval has the highest lower end, with the best value, whose interval has the lowest
 * upper end. With this choice a value with a single day is seldom the worst or the best. Because the ratio is the largest
 * of several, its interval is widened for the number of pairs (Bonferroni).
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
