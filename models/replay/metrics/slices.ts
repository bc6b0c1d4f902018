import { poisson, wilson } from '@earshot/shared/statistics/intervals.ts';
import type { Judged } from './product.ts';
import type { PlayedSession } from '../play/played.ts';

export interface Slice {
  /** The slice's column and value, for example "source" and "AcmeSounds". */
  by: string;
  value: string;
  positives: number;
  hits: number;
  recall: number | null;
  recallLow: number;
  recallHigh: number;
  falseAlarms: number;
  negativeHours: number;
  falsePerHour: number | null;
  falsePerHourLow: number;
  falsePerHourHigh: number;
}

interface Tally {
  positives: number;
  hits: number;
  falseAlarms: number;
  negativeS: number;
}

/**
 * One head's results for each slice: each value of every column of the corpus, and each label. The worst slice comes
 * first.
 */
export function slicesOf(judged: readonly Judged[], sessions: readonly PlayedSession[]): Slice[] {
  const tallies = new Map<string, Tally>();
  const tally = (by: string, value: string): Tally => {
    const key = JSON.stringify([by, value]);
    const known = tallies.get(key) ?? { positives: 0, hits: 0, falseAlarms: 0, negativeS: 0 };
    tallies.set(key, known);
    return known;
  };
  judged.forEach(({ outcomes, falseAlarms, negativeS }, at) => {
    for (const { positive, alert } of outcomes) {
      for (const [by, value] of Object.entries(positive.slices)) {
        const here = tally(by, value);
        here.positives++;
        if (alert) here.hits++;
      }
    }
    for (const { part } of falseAlarms) for (const [by, value] of valuesOf(part)) tally(by, value).falseAlarms++;
    (sessions[at] as PlayedSession).parts.forEach((part, i) => {
      for (const [by, value] of valuesOf(part)) tally(by, value).negativeS += negativeS[i] as number;
    });
  });
  return [...tallies].map(([key, counts]) => toSlice(JSON.parse(key) as [string, string], counts)).sort(worstFirst);
}

function valuesOf({ annotations, slices }: PlayedSession['parts'][number]): [string, string][] {
  const labels = new Set(annotations.map(({ label }) => label));
  return [...Object.entries(slices), ...[...labels].map((label): [string, string] => ['label', label])];
}

function toSlice([by, value]: [string, string], { positives, hits, falseAlarms, negativeS }: Tally): Slice {
  const recall = wilson(hits, positives);
  const rate = poisson(falseAlarms);
  const hours = negativeS / 3_600;
  return {
    by,
    value,
    positives,
    hits,
    recall: positives === 0 ? null : hits / positives,
    recallLow: recall.low,
    recallHigh: recall.high,
    falseAlarms,
    negativeHours: hours,
    falsePerHour: hours === 0 ? null : falseAlarms / hours,
    falsePerHourLow: hours === 0 ? 0 : rate.low / hours,
    falsePerHourHigh: hours === 0 ? 0 : rate.high / hours,
  };
}

/**
 * Sorts slices by their share of misses, then by their false alerts. Compares the better ends of the confidence
 * intervals, so that a slice of a single clip is seldom the worst.
 */
function worstFirst(a: Slice, b: Slice): number {
  const missed = (slice: Slice) => (slice.positives === 0 ? 0 : 1 - slice.recallHigh);
  return (
    missed(b) - missed(a) ||
    b.positives - b.hits - (a.positives - a.hits) ||
    b.falsePerHourLow - a.falsePerHourLow ||
    b.falseAlarms - a.falseAlarms ||
    `${a.by} ${a.value}`.localeCompare(`${b.by} ${b.value}`, 'en')
  );
}
