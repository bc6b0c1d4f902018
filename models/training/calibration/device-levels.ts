/**
 * Computes thresholds from measurements: the lowest threshold with which the device keeps a label's budget of false
 * candidates, and the resulting miss rate.
 */
import type { Levels, Threshold } from '@earshot/shared/contracts/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { z } from 'zod';
import { policyOf, SPENDING } from './policy.ts';
import type { StreamKind } from './recorded-stream.ts';

/** A sensitivity level as the device applies it: what is less probable than the floor counts as silence. */
export interface Setting {
  threshold: number;
  floor: number;
}

/** One stream, and what a device that listens to it sends of one label. */
export interface Track {
  kind: StreamKind;
  seconds: number;
  /** The number of the label's events. */
  events: number;
  falseCandidates: (setting: Setting) => number;
  /** The sounds of these candidates: each counts once, however often the device repeats its report. */
  falseSounds: (setting: Setting) => number;
  missed: (setting: Setting) => number;
}

const DAY_S = 86_400;
const HOUR_S = 3_600;
const CHANCE = 0.1;
const GRID = 1_000;

/** A sound stays pending while its log-odds (nats) are at most this far below the most sensitive level's threshold. */
export const FLOOR_ODDS = 2;

/** The floor of a label: its most sensitive level's threshold sets it. */
export function floorFor(label: string, tracks: readonly Track[]): number {
  const fits = budgetOf(label, tracks, 'high');
  return floorOf(thresholdAt(lowestThat(0, (threshold) => fits({ threshold, floor: floorOf(threshold) }))));
}

const floorOf = (threshold: number): number => probabilityOf(Math.log(threshold / (1 - threshold)) - FLOOR_ODDS);

/** The thresholds, and what a device with them sends on the same streams. */
export function levelsOf(label: string, tracks: readonly Track[], floor: number): z.infer<typeof Levels> {
  const lowest = (level: Level, from: number): number => {
    const fits = budgetOf(label, tracks, level);
    return lowestThat(from, (threshold) => fits({ threshold, floor }));
  };
  const high = lowest('high', Math.ceil(numberOf(floor)));
  // A less sensitive level has a smaller budget. It never gets a lower threshold, however the counts may differ.
  const { leastThreshold = 0 } = policyOf(label);
  const medium = lowest('medium', Math.max(high, Math.ceil(numberOf(leastThreshold))));
  const low = lowest('low', medium);
  const figuresAt = (n: number): Threshold => figuresOf(tracks, { threshold: thresholdAt(n), floor });
  return { low: figuresAt(low), medium: figuresAt(medium), high: figuresAt(high) };
}

/** What a device with this setting sends on these streams. */
export function figuresOf(tracks: readonly Track[], setting: Setting): Threshold {
  const days = tracks.filter(({ kind }) => kind === 'day');
  const candidates = sumOf(days, (track) => track.falseCandidates(setting));
  const seconds = sumOf(days, (track) => track.seconds);
  const events = sumOf(tracks, (track) => track.events);
  const missed = sumOf(tracks, (track) => track.missed(setting));
  return {
    threshold: setting.threshold,
    perDay: seconds === 0 ? 0 : round((candidates / seconds) * DAY_S),
    missRate: events === 0 ? 1 : round(missed / events),
  };
}

/** Whether a device keeps the budgets of the label at this level. */
function budgetOf(label: string, tracks: readonly Track[], level: Level): (setting: Setting) => boolean {
  const { perConfuserHour, perApplianceHour, perDay } = policyOf(label);
  const share = SPENDING[level];
  return (setting) =>
    !exceeds(falseOf(tracks, 'confusers', setting), (perConfuserHour * share) / HOUR_S) &&
    !exceeds(falseOf(tracks, 'appliances', setting), (perApplianceHour * share) / HOUR_S) &&
    !exceeds(falseOf(tracks, 'day', setting), (perDay * share) / DAY_S);
}

function falseOf(tracks: readonly Track[], wanted: StreamKind, setting: Setting): Count {
  const some = tracks.filter(({ kind }) => kind === wanted);
  return {
    sounds: sumOf(some, (track) => track.falseSounds(setting)),
    seconds: sumOf(some, (track) => track.seconds),
  };
}

const sumOf = (tracks: readonly Track[], value: (track: Track) => number): number =>
  tracks.reduce((sum, track) => sum + value(track), 0);

/** The thresholds that are tried: log-odds from -8 to 8. */
const thresholdAt = (n: number): number => probabilityOf((16 * n) / GRID - 8);
const numberOf = (threshold: number): number => ((Math.log(threshold / (1 - threshold)) + 8) * GRID) / 16;

/**
 * The number of the lowest threshold, not below `from`, that fits together with all higher ones. The search begins at the highest one,
 * because a lower threshold may report fewer sounds: two that are reported one by one may become one.
 */
function lowestThat(from: number, fits: (threshold: number) => boolean): number {
  let n = GRID;
  while (n > from && fits(thresholdAt(n - 1))) n--;
  return n;
}

interface Count {
  sounds: number;
  seconds: number;
}

/**
 * Whether the count shows that the budget is exceeded: with a rate within the budget, so many sounds would be reported
 * in less than one of ten cases (Poisson, which holds for sounds, but not for the reports of one cricket). A few hours can prove only that a budget is exceeded, not that it is kept.
 */
function exceeds({ sounds, seconds }: Count, perSecond: number): boolean {
  const expected = perSecond * seconds;
  let [fewer, term] = [0, Math.exp(-expected)];
  for (let n = 0; n < sounds; n++) {
    fewer += term;
    term *= expected / (n + 1);
  }
  return sounds > 0 && 1 - fewer < CHANCE;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
export const probabilityOf = (odds: number): number => 1 / (1 + Math.exp(-odds));
