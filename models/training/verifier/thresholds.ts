import type { z } from 'zod';
import type { Levels } from '@earshot/shared/contracts/release.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';

/** One candidate and what the verifier said of it. */
export interface Judged {
  label: string;
  score: number;
  isReal: boolean;
}

export interface HouseDays {
  days: number;
  /** False candidates of those days, of a device at medium; the other levels are counted on the same ones. */
  judged: readonly Judged[];
}

/** The share of real candidates that a level may lose: two in a hundred is the most that the design allows at medium. */
const MAY_LOSE: Readonly<Record<Level, number>> = { low: 0.05, medium: 0.02, high: 0.005 };
/** A battery chirps again within the minute: of its candidates one may be lost for each that is wrongly told. */
const OF_CHIRPS: Readonly<Record<Level, number>> = { low: 0.3, medium: 0.15, high: 0.05 };
/** Lower than any score that a network gives to a sure no. */
const LOWEST = 0.01;
const HIGHEST = 0.98;
const EVEN_ODDS = 0.5;

/**
 * A threshold a level: the highest that keeps what the level must keep of the real candidates that a device at that level lets through.
 * With few of them, the count decides: of a hundred, medium may lose two. What it lets through is then measured on house days.
 */
export function verifierLevels(
  label: string,
  candidates: Readonly<Record<Level, readonly Judged[]>>,
  houseDays: HouseDays,
): z.infer<typeof Levels> {
  const mayLose = label === 'low_battery_chirp' ? OF_CHIRPS : MAY_LOSE;
  const falseOfDays = houseDays.judged.filter((judged) => judged.label === label && !judged.isReal);
  const realAt = (level: Level): number[] =>
    candidates[level]
      .filter((judged) => judged.label === label && judged.isReal)
      .map(({ score }) => score)
      .sort((a, b) => a - b);
  // Just under the score of the first one that must be kept; null: this level hears none.
  const wanted = (level: Level): number | null => {
    const real = realAt(level);
    const kept = real[Math.floor(real.length * mayLose[level])];
    return kept === undefined ? null : Math.min(HIGHEST, Math.max(LOWEST, kept * 0.999));
  };
  const medium = wanted('medium') ?? wanted('high') ?? EVEN_ODDS;
  // A level hears other candidates than the next one, and few of some labels; a less sensitive one must not let more through all the same.
  const thresholds: Record<Level, number> = {
    low: Math.max(medium, wanted('low') ?? medium),
    medium,
    high: Math.min(medium, wanted('high') ?? medium),
  };
  const levelOf = (level: Level): [Level, z.infer<typeof Levels>[Level]] => {
    const threshold = thresholds[level];
    const real = realAt(level);
    const missed = real.filter((score) => score < threshold).length;
    return [
      level,
      {
        threshold,
        perDay:
          houseDays.days === 0 ? 0 : falseOfDays.filter(({ score }) => score >= threshold).length / houseDays.days,
        missRate: real.length === 0 ? 0 : missed / real.length,
      },
    ];
  };
  return Object.fromEntries(LEVELS.map(levelOf)) as z.infer<typeof Levels>;
}
