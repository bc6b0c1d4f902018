import { number } from '../words/format.ts';
import { t } from '../words/words.ts';

/** Beyond this no calibration has listened long enough to say more. */
const LONGEST_DAYS = 365;

/** What a sensitivity does, in words that a person can weigh: "about one false alert in 40 days; misses 2 % of the real ones". */
export function levelMeaning(measured: { falseAlertsPerDay: number; missRate: number } | undefined): string {
  if (!measured) return t().sound.unknown;
  return t().sound.meaning(howOften(measured.falseAlertsPerDay), missed(measured.missRate));
}

function howOften(perDay: number): string {
  if (perDay > 1) return t().sound.timesADay(number(perDay, perDay < 10 ? 1 : 0));
  const days = 1 / perDay;
  return days > LONGEST_DAYS ? t().sound.overDays(LONGEST_DAYS) : t().sound.everyDays(Math.round(days));
}

function missed(missRate: number): string {
  if (missRate === 0) return t().sound.missNone;
  const percent = missRate * 100;
  return `${number(percent, percent < 10 ? 1 : 0)} %`;
}
