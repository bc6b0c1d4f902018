import { number } from '../words/format.ts';
import { t } from '../words/words.ts';

/**
 * For rarer false alerts the app says "less than one false alert in 365 days", because no calibration covers enough
 * sound to promise more.
 */
const LONGEST_DAYS = 365;
/** The app calls a sound experimental if tests missed more than this share of the real sounds. */
const EXPERIMENTAL_ABOVE = 0.2;

/** Describes a sensitivity level by its false alerts and its missed sounds. */
export function levelMeaning(measured: { falseAlertsPerDay: number; missRate: number } | undefined): string {
  const words = t().sound;
  if (!measured) return words.unknown;
  const { missRate, falseAlertsPerDay } = measured;
  const sentence = words.meaning(howOften(falseAlertsPerDay), missed(missRate));
  return missRate > EXPERIMENTAL_ABOVE ? `${words.experimental} ${sentence}` : sentence;
}

function howOften(perDay: number): string {
  const { falseAlerts } = t().sound;
  if (perDay > 1) return falseAlerts.aDay(number(perDay, perDay < 10 ? 1 : 0));
  const days = 1 / perDay;
  return days > LONGEST_DAYS ? falseAlerts.overDays(LONGEST_DAYS) : falseAlerts.everyDays(Math.round(days));
}

function missed(missRate: number): string {
  const percent = missRate * 100;
  return missRate === 0 ? t().sound.missedNone : t().sound.missed(`${number(percent, percent < 10 ? 1 : 0)} %`);
}
