import type { Mode } from '@earshot/shared/labels.ts';
import type { Random } from '../../synthesis/random.ts';
import type { Calendar } from './calendar.ts';
import type { Home } from './home.ts';
import type { Pattern } from './shares.ts';

/** A span of the day in which the home has one mode. The spans of a day are in order and without gaps. */
export interface ModeSpan {
  mode: Mode;
  fromS: number;
  toS: number;
}

export const DAY_S = 24 * 3_600;

interface Habits {
  /**
   * The earliest and the latest hour of the day for waking up; the next three are for going to sleep, leaving and
   * coming back.
   */
  wake: readonly [number, number];
  sleep: readonly [number, number];
  leave: readonly [number, number] | null;
  comeBack: readonly [number, number];
  /** Shortest and longest duration of an additional trip out of the house (shopping, walks, friends), in hours. */
  outHours: readonly [number, number];
  outChance: number;
}

/**
 * People sleep seven to nine hours (mean 8:37, Destatis time use 2022), work 8 hours (7.9 h on days worked, ATUS) plus
 * an hour of commuting, and make one trip out on most other days.
 */
const WORKING_DAYS: Readonly<Record<Pattern, Habits>> = {
  office: {
    wake: [5.5, 7.2],
    sleep: [21.8, 23.6],
    leave: [7, 8.6],
    comeBack: [16, 18.5],
    outHours: [0.7, 2],
    outChance: 0.3,
  },
  'home office': {
    wake: [6.3, 7.8],
    sleep: [22, 23.8],
    leave: null,
    comeBack: [0, 0],
    outHours: [0.5, 2],
    outChance: 0.8,
  },
  retired: { wake: [6, 8], sleep: [21.5, 23.5], leave: null, comeBack: [0, 0], outHours: [1, 4], outChance: 0.8 },
  shifts: {
    wake: [8.5, 11],
    sleep: [23, 23.9],
    leave: [13, 14.2],
    comeBack: [21.5, 22.6],
    outHours: [0.5, 2],
    outChance: 0.4,
  },
};
const FREE_DAY: Habits = {
  wake: [7, 9.5],
  sleep: [22.3, 23.9],
  leave: null,
  comeBack: [0, 0],
  outHours: [1, 6],
  outChance: 0.8,
};

/**
 * The mode of the home over a day: night, home or away. In a real home people switch the mode a minute or two early or
 * late, and so do these spans.
 */
export function scheduleOf(home: Home, calendar: Calendar, random: Random): ModeSpan[] {
  if (calendar.conditions.has('holiday')) return [{ mode: 'away', fromS: 0, toS: DAY_S }];
  const habits = calendar.isWeekend ? FREE_DAY : WORKING_DAYS[home.pattern];
  const wakeS = 3_600 * random.uniform(...habits.wake);
  // People go to bed late on the day of a party. The guests of the home's own party leave after midnight.
  const sleepS = calendar.conditions.has('party') ? DAY_S : 3_600 * random.uniform(...habits.sleep);
  const absences: [number, number][] = [];
  if (habits.leave)
    absences.push([3_600 * random.uniform(...habits.leave), 3_600 * random.uniform(...habits.comeBack)]);
  if (random.chance(habits.outChance)) {
    const fromS = 3_600 * (habits.leave ? random.uniform(18.6, 19.5) : random.uniform(9.6, 16));
    absences.push([fromS, fromS + 3_600 * random.uniform(...habits.outHours)]);
  }
  // The more people live in a home, the more often somebody is in: each further person halves the chance that all are
  // out.
  const isEmpty = (): boolean => random.chance(home.people === 1 ? 1 : home.people === 2 ? 0.7 : 0.5);
  return spansOf(
    wakeS,
    sleepS,
    absences.filter(isEmpty).filter(([from, to]) => from > wakeS && to < sleepS && to > from),
  );
}

function spansOf(wakeS: number, sleepS: number, absences: readonly (readonly [number, number])[]): ModeSpan[] {
  const spans: ModeSpan[] = [{ mode: 'night', fromS: 0, toS: wakeS }];
  let atS = wakeS;
  for (const [fromS, toS] of absences) {
    if (fromS < atS) continue;
    spans.push({ mode: 'home', fromS: atS, toS: fromS }, { mode: 'away', fromS, toS });
    atS = toS;
  }
  spans.push({ mode: 'home', fromS: atS, toS: sleepS }, { mode: 'night', fromS: sleepS, toS: DAY_S });
  return spans.filter(({ fromS, toS }) => toS > fromS);
}

export const modeAt = (spans: readonly ModeSpan[], atS: number): Mode =>
  spans.find(({ fromS, toS }) => atS >= fromS && atS < toS)?.mode ?? 'night';
