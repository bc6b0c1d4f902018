/** Thresholds from measurement: the lowest that keeps a head within its budget of false candidates, and what it then misses. */
import type { Head } from '@earshot/shared/contracts/release.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import type { HeardMaterial } from './material.ts';
import { candidatesIn, WINDOWS_S } from './peaks.ts';
import { policyOf, SPENDING } from './policy.ts';

export type Calibrated = Pick<Head, 'levels' | 'windowS' | 'refractoryS'>;

const GRID = 1_000;
const DAY_S = 86_400;
const HOUR_S = 3_600;

export function calibrateHead(label: string, material: HeardMaterial): Calibrated {
  const { refractoryS } = policyOf(label);
  const tried = WINDOWS_S.map((windowS, window) => ({ windowS, levels: levelsOf(label, material, window) }));
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
  const perDay = (threshold: number): number => perSpan(material.houseDays, label, window, threshold, DAY_S);
  const perHour = (threshold: number): number => perSpan(material.confusers, label, window, threshold, HOUR_S);
  const entry = (level: Level): [Level, { threshold: number; perDay: number; missRate: number }] => {
    const share = SPENDING[level];
    const fits = (threshold: number): boolean =>
      perDay(threshold) <= policy.perDay * share && perHour(threshold) <= policy.perConfuserHour * share;
    const threshold = lowestThat(fits);
    return [
      level,
      { threshold, perDay: round(perDay(threshold)), missRate: round(missRate(material, label, window, threshold)) },
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

function perSpan(
  streams: HeardMaterial['houseDays'],
  label: string,
  window: number,
  threshold: number,
  spanS: number,
): number {
  let [candidates, seconds] = [0, 0];
  for (const { peaks } of streams) {
    const ofLabel = peaks.get(label)?.[window] ?? new Float32Array(0);
    candidates += candidatesIn(ofLabel, threshold, policyOf(label).refractoryS);
    seconds += ofLabel.length;
  }
  return seconds === 0 ? 0 : (candidates * spanS) / seconds;
}

function missRate({ events }: HeardMaterial, label: string, window: number, threshold: number): number {
  const peaks = events.filter((event) => event.label === label).map((event) => event.peaks[window] as number);
  return peaks.length === 0 ? 1 : peaks.filter((peak) => peak < threshold).length / peaks.length;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
