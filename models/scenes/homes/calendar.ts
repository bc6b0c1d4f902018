import { Random } from '../../synthesis/random.ts';
import type { Home } from './home.ts';

/** The day's weather, season and events. */
export interface Calendar {
  month: number;
  isWeekend: boolean;
  conditions: ReadonlySet<Condition>;
}

export const CONDITIONS = {
  rain: {
    share: () => 0.33,
    why: 'rain that is heard on a third of days (DWD: 110 to 130 days of at least 1 mm a year)',
  },
  wind: { share: () => 0.12, why: 'assumed: a storm or gusts at the windows on one day in eight' },
  thunderstorm: {
    share: (month: number) => ([5, 6, 7, 8].includes(month) ? 0.2 : 0.02),
    why: '20 to 35 days of thunder a year, nearly all from May to August (DWD, BLIDS)',
  },
  'warm night': {
    share: (month: number) => ({ 6: 0.5, 7: 0.8, 8: 0.8, 9: 0.35 })[month] ?? 0,
    why: 'crickets sing from about 13 degrees on, July to September; windows stand open',
  },
  party: { share: () => 0.025, why: 'assumed: a party of one’s own nine times a year' },
  'party next door': {
    share: (month: number) => ([6, 7, 8].includes(month) ? 0.08 : 0.03),
    why: 'assumed: a loud evening next door or in the gardens every month, more often in summer',
  },
  holiday: { share: () => 0.04, why: 'assumed: the family is away for two weeks a year' },
  fireworks: { share: () => 0.01, why: 'New Year and three village fairs a year' },
} as const satisfies Record<string, { share: (month: number) => number; why: string }>;

export type Condition = keyof typeof CONDITIONS;

/**
 * The calendar of a day: random, but always the same for the same home and day. A hundred days contain every home in
 * every season.
 */
export function calendarOf(home: Home, day: number): Calendar {
  const random = new Random(`calendar/${home.seed}/${day}`);
  // Each home has four days, one in each season.
  const season = Math.floor(day / 25) % 4;
  const month = 1 + ((season * 3 + random.integer(0, 2) + 2) % 12);
  const names = Object.keys(CONDITIONS) as Condition[];
  return {
    month,
    isWeekend: random.chance(2 / 7),
    conditions: new Set(names.filter((name) => random.chance(CONDITIONS[name].share(month)))),
  };
}
