/** Thresholds from measurement: the lowest that keeps a head within its budget of false candidates, and what it then misses. */
import type { Head } from '@earshot/shared/contracts/release.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import type { HeardMaterial } from './material.ts';
import { candidatesIn, WINDOWS_S } from './peaks.ts';
import { policyOf, SPENDING } from './policy.ts';

export type Calibrated = Pick<Head, 'levels' | 'windowS' | 'refractoryS'>;

const GRID = 1_000;
const CHANCE = 0.1;
/** Candidates come while people are awake; the hours that are heard are such hours. */
const DAY_S = 16 * 3_600;
const HOUR_S = 3_600;

export function calibrateHead(label: string, material: HeardMaterial): Calibrated {
  const { refractoryS, longestWindowS } = policyOf(label);
  const tried = WINDOWS_S.map((windowS, window) => ({ windowS, window }))
    .filter(({ windowS }) => windowS <= longestWindowS)
    .map(({ windowS, window }) => ({ windowS, levels: levelsOf(label, material, window) }));
  // The window that misses least where most homes are; among equals the longest, which single frames sway least.
  const best = tried.reduce((a, b) => (b.levels.medium.missRate <= a.levels.medium.missRate ? b : a));
  return { levels: best.levels, windowS: best.windowS, refractoryS };
}

function levelsOf(
  label: string,
  material: HeardMaterial,
  window: number,
): Record<Level, { threshold: number; perDay: number; missRate: number }> {
  const policy = policyOf(label);
  const days = (threshold: number): Count => countIn(material.houseDays, label, window, threshold);
  const hours = (threshold: number): Count => countIn(material.confusers, label, window, threshold);
  const entry = (level: Level): [Level, { threshold: number; perDay: number; missRate: number }] => {
    const share = SPENDING[level];
    const fits = (threshold: number): boolean =>
      !exceeds(days(threshold), (policy.perDay * share) / DAY_S) &&
      !exceeds(hours(threshold), (policy.perConfuserHour * share) / HOUR_S);
    const threshold = lowestThat(fits);
    return [
      level,
      {
        threshold,
        perDay: round(rateOf(days(threshold)) * DAY_S),
        missRate: round(missRate(material, label, window, threshold)),
      },
    ];
  };
  return Object.fromEntries(LEVELS.map(entry)) as Record<
    Level,
    { threshold: number; perDay: number; missRate: number }
  >;
}

/** Candidates fall as the threshold rises, so the border is found by halving. */
function lowestThat(fits: (threshold: number) => boolean): number {
  let [low, high] = [0, GRID];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle / GRID)) high = middle;
    else low = middle + 1;
  }
  return Math.min(low, GRID - 1) / GRID;
}

interface Count {
  candidates: number;
  seconds: number;
}

function countIn(streams: HeardMaterial['houseDays'], label: string, window: number, threshold: number): Count {
  const count = { candidates: 0, seconds: 0 };
  for (const { peaks } of streams) {
    const ofLabel = peaks.get(label)?.[window] ?? new Float32Array(0);
    count.candidates += candidatesIn(ofLabel, threshold, policyOf(label).refractoryS);
    count.seconds += ofLabel.length;
  }
  return count;
}

const rateOf = ({ candidates, seconds }: Count): number => (seconds === 0 ? 0 : candidates / seconds);

/** A few hours cannot prove a budget, only contradict it: so many candidates would come by chance less than once in ten times (Poisson). */
export function exceeds({ candidates, seconds }: Count, perSecond: number): boolean {
  const expected = perSecond * seconds;
  let [fewer, term] = [0, Math.exp(-expected)];
  for (let n = 0; n < candidates; n++) {
    fewer += term;
    term *= expected / (n + 1);
  }
  return candidates > 0 && 1 - fewer < CHANCE;
}

function missRate({ events }: HeardMaterial, label: string, window: number, threshold: number): number {
  const peaks = events.filter((event) => event.label === label).map((event) => event.peaks[window] as number);
  return peaks.length === 0 ? 1 : peaks.filter((peak) => peak < threshold).length / peaks.length;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
