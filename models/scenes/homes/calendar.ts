import { Random } from '../../synthesis/random.ts';
import type { Home } from './home.ts';

/** The day's weather, season and special events. */
export interface Calendar {
  month: number;
  isWeekend: boolean;
  conditions: ReadonlySet<Condition>;
}

export const CONDITIONS = {
  rain: {
    share: () => 0.33,
    why: 'rain is heard on a third of days (DWD: 110 to 130 days a year with at least 1 mm)',
  },
  wind: { share: () => 0.12, why: 'assumed: on one day in eight there are gusts or a storm' },
  thunderstorm: {
    share: (month: number) => ([5, 6, 7, 8].includes(month) ? 0.2 : 0.02),
    why: 'there is thunder on 20 to 35 days a year, nearly all from May to August (DWD, BLIDS)',
  },
  'warm night': {
    share: (month: number) => ({ 6: 0.5, 7: 0.8, 8: 0.8, 9: 0.35 })[month] ?? 0,
    why: 'from July to September, crickets sing above about 13 °C, and windows stand open',
  },
  party: { share: () => 0.025, why: 'assumed: a home has nine parties a year' },
  'party next door': {
    share: (month: number) => ([6, 7, 8].includes(month) ? 0.08 : 0.03),
    why: 'assumed: a loud party next door or in a garden once a month, more often in summer',
  },
  holiday: { share: () => 0.04, why: 'assumed: the family is away for two weeks a year' },
  fireworks: { share: () => 0.01, why: 'there are fireworks at New Year and at three fairs a year' },
} as const satisfies Record<string, { share: (month: number) => number; why: string }>;

export type Condition = keyof typeof CONDITIONS;

/**
 * Makes the calendar of a day. It is random, but always the same for the same home and day. A hundred days contain
 * every home in every season.
 */
export function calendarOf(home: Home, day: number): Calendar {
  const random = new Random(`calendar/${home.seed}/${day}`);
  // A home has four of the hundred days, one in each season.
  const season = Math.floor(day / 25) % 4;
  const month = 1 + ((season * 3 + random.integer(0, 2) + 2) % 12);
  const names = Object.keys(CONDITIONS) as Condition[];
  return {
    month,
    isWeekend: random.chance(2 / 7),
    conditions: new Set(names.filter((name) => random.chance(CONDITIONS[name].share(month)))),
  };
}
