/**
 * What homes own, as shares of all households. German figures are used where they exist, because figures of one country
 * fit together. A share without a survey states its assumption.
 */
export interface Share {
  share: number;
  why: string;
}

export const THINGS = {
  television: {
    share: 0.94,
    why: 'more than nine in ten households own a television (Destatis, household equipment 2022)',
  },
  microwave: { share: 0.75, why: '76 % of households own a microwave (IT.NRW, EVS 2018)' },
  dishwasher: { share: 0.73, why: '73 % of households own a dishwasher (IT.NRW, EVS 2018)' },
  dryer: {
    share: 0.44,
    why: '47 % of households own a tumble dryer in NRW (EVS 2018), 41 % in Germany (Destatis 2016)',
  },
  extractor: { share: 0.85, why: 'assumed: most stoves have an extractor hood, except in old kitchens' },
  kettle: {
    share: 0.7,
    why: 'assumed: most households own a kettle; whether it whistles is chosen together with its sound',
  },
  'coffee grinder': {
    share: 0.25,
    why: '13 to 33 % of households own a fully automatic coffee machine, depending on the size of the flat (IT.NRW 2020)',
  },
  'robot vacuum': { share: 0.2, why: 'assumed: about one household in five owns a robot vacuum' },
  'wall clock': { share: 0.4, why: 'assumed: share of homes in which a clock ticks audibly near the device' },
  aquarium: {
    share: 0.06,
    why: '4 % of households have an aquarium (IVH/ZZF), and some have other pumps that run all day',
  },
  instrument: { share: 0.24, why: 'one person in five makes music and practises at home (miz.org 2021)' },
  workshop: { share: 0.2, why: 'assumed: share of homes in which somebody drills, saws and hammers as a hobby' },
  games: {
    share: 0.4,
    why: 'assumed: share of homes that play games over loudspeakers; half of all people play games (game e. V.)',
  },
  'smart speaker': {
    share: 0.35,
    why: 'assumed: a third of households own a smart speaker; a home without one is simulated without radio',
  },
  'care device': {
    share: 0.08,
    why: '2 of 25 homes, more often than in reality, because pumps and monitors beep like alarms',
  },
  'building site': { share: 0.16, why: 'assumed: a building site within earshot at 4 of 25 homes' },
  'noisy neighbours': {
    share: 0.3,
    why: 'assumed: in a third of flats, people hear the steps, music and quarrels of neighbours',
  },
  stairwell: { share: 0.5, why: 'half of all households live in houses with several flats (Destatis)' },
  garden: {
    share: 0.45,
    why: 'the other half of all households live in one- and two-family houses, where mowers and blowers are heard',
  },
} as const satisfies Record<string, Share>;

export type Thing = keyof typeof THINGS;

export const ANIMALS = {
  dog: { share: 0.24, why: '21 % of households have a dog (ZZF/IVH 2023), rounded up to 6 of 25' },
  cat: { share: 0.24, why: '24 to 25 % of households have a cat (ZZF/IVH 2023)' },
} as const satisfies Record<string, Share>;

export const INFANT: Share = {
  share: 0.08,
  why: '2 % of households have a child under one year; 2 of 25 homes are simulated with one, because crying lies in the band of alarms',
};

/**
 * Number of people in a household: 41 % have one, 34 % two, 12 % three, 13 % four and more (Destatis, Mikrozensus
 * 2023).
 */
export const HOUSEHOLD_SIZES: readonly { people: number; upTo: number }[] = [
  { people: 1, upTo: 0.41 },
  { people: 2, upTo: 0.75 },
  { people: 3, upTo: 0.87 },
  { people: 4, upTo: 0.96 },
  { people: 5, upTo: 1 },
];
/**
 * Homes with at least this many people have children. Nearly all such households do: one household in five has minors
 * (Destatis).
 */
export const CHILDREN_FROM_PEOPLE = 3;

export const SITES = ['city', 'suburb', 'village'] as const;
/**
 * City, town and village have a share of a third each: 31 % of people in Germany live in cities of at least 100,000
 * people, 28 % in places with fewer than 10,000 (Destatis).
 */
export type Site = (typeof SITES)[number];

/** The daily schedules, each with the sum of its share and all shares before it. */
export const PATTERNS: readonly { pattern: Pattern; upTo: number }[] = [
  // Employed people are 77 % of those of working age. A quarter of them work at home at times (Destatis 2023: 24 %).
  { pattern: 'office', upTo: 0.44 },
  { pattern: 'home office', upTo: 0.6 },
  // Pensioners are a quarter of all adults and a third of households.
  { pattern: 'retired', upTo: 0.88 },
  // 15 % of employees work in shifts (Destatis).
  { pattern: 'shifts', upTo: 1 },
];
export type Pattern = 'office' | 'home office' | 'retired' | 'shifts';
