import type { Cadence } from '../contracts/candidate.ts';
import { type Beep, lengthS, mean, median } from './beep.ts';

export type Pattern = Cadence['pattern'];

/** A cadence with what a detector weighs beside the pattern's name. */
export interface CadenceReading extends Cadence {
  /** 1: every beep and gap like the others; 0: they differ by a quarter or more. */
  regularity: number;
  /** 1: the tone stands still; 0: it wanders by 60 Hz or more (voices, birds). */
  toneStability: number;
  /** 1: level beeps (a sounder); towards 0: decaying ones (chimes, struck things). */
  flatness: number;
  /** How far the beeps stand out of their neighbourhood in the spectrum. */
  prominenceDb: number;
  /** How often a group, or a part of one, came back in the pattern's cycle. */
  repeats: number;
  /** When the first beep that belongs to it began and the last one ended, on the reader's sample counter. */
  sinceSample: number;
  lastSample: number;
  /** Nothing came for clearly longer than its pauses are: alarms go on, appliances end. */
  ended: boolean;
}

interface Template {
  pattern: Pattern;
  /** Beeps of a group; unbounded for patterns without groups. */
  count: number;
  leastCount: number;
  /** Bounds of a beep's length and of the time from start to start within a group, seconds. */
  onS: readonly [number, number];
  stepS: readonly [number, number];
  /** Times from group to group; empty: there are no groups to repeat. */
  cyclesS: readonly number[];
  /** Beeps for full trust. */
  enoughBeeps: number;
}

/**
 * Bounds are +-10 % of the standard (ISO 8201 for T3; the CO pattern of UL 2034 for T4) plus what rooms add: an echo
 * makes a beep up to 0.15 s longer and its gap as much shorter, but leaves the time from start to start as it is.
 */
const TEMPLATES: readonly Template[] = [
  { pattern: 't3', count: 3, leastCount: 3, onS: [0.33, 0.72], stepS: [0.86, 1.16], cyclesS: [4], enoughBeeps: 6 },
  {
    pattern: 't4',
    count: 4,
    leastCount: 4,
    onS: [0.05, 0.175],
    stepS: [0.165, 0.24],
    cyclesS: [5.8, 60],
    enoughBeeps: 8,
  },
  {
    pattern: 'steady',
    count: Infinity,
    leastCount: 4,
    onS: [0.25, 1.6],
    stepS: [0.6, 2.6],
    cyclesS: [],
    enoughBeeps: 8,
  },
  {
    pattern: 'fast',
    count: Infinity,
    leastCount: 6,
    onS: [0.04, 0.4],
    stepS: [0.09, 0.75],
    cyclesS: [],
    enoughBeeps: 12,
  },
];

/** An alarm that mutes a cycle in four, or whose cycle the television hid, still fits: two missing cycles are let pass. */
const MOST_CYCLES = 3;
const CYCLE_TOLERANCE = 0.13;

export interface Fitted {
  template: Template;
  beeps: Beep[];
  groups: Beep[][];
  periodS: number | null;
  repeats: number;
  regularity: number;
  fit: number;
}

/** The pattern that explains the beeps of one frequency best; null when none does. */
export function bestPattern(beeps: readonly Beep[]): Fitted | null {
  let best: Fitted | null = null;
  for (const template of TEMPLATES) {
    const fitted = fitTemplate(beeps, template);
    if (fitted && fitted.fit > (best?.fit ?? 0)) best = fitted;
  }
  return best;
}

function fitTemplate(beeps: readonly Beep[], template: Template): Fitted | null {
  const chains = chainsOf(beeps, template);
  const whole = chains.filter((chain) => chain.length >= template.leastCount && chain.length <= template.count);
  if (whole.length === 0) return null;
  // The first group may have begun before we listened, the last may not be over, one beep may have drowned: a part of
  // a group is no contradiction. A chain that is too long is.
  const explained = chains
    .filter((chain) => chain.length <= template.count && (chain.length > 1 || template.count < Infinity))
    .flat();
  const regularity = regularityOf(whole);
  const cycle = cycleOf(whole, template);
  const trust = Math.min(1, 0.4 + (0.6 * whole.flat().length) / template.enoughBeeps);
  return {
    template,
    beeps: explained,
    groups: whole,
    periodS: cycle.periodS,
    repeats: repeatsOf(chains, template),
    regularity,
    fit: (explained.length / beeps.length) * regularity * cycle.matched * trust,
  };
}

/** Beeps in a row that keep the template's length and step. */
function chainsOf(beeps: readonly Beep[], { onS, stepS }: Template): Beep[][] {
  const chains: Beep[][] = [];
  let last: Beep | undefined;
  for (const beep of beeps) {
    const on = lengthS(beep);
    if (on < onS[0] || on > onS[1]) {
      last = undefined;
      continue;
    }
    const step = last ? beep.startS - last.startS : Infinity;
    if (step >= stepS[0] && step <= stepS[1]) chains.at(-1)?.push(beep);
    else chains.push([beep]);
    last = beep;
  }
  return chains;
}

const stepsOf = (chain: readonly Beep[]): number[] =>
  chain.slice(1).map((beep, i) => beep.startS - (chain[i] as Beep).startS);

/** Mean deviation of steps (and, at half weight, lengths) from their medians: 0 % gives 1, 25 % gives 0. */
function regularityOf(chains: readonly Beep[][]): number {
  const steps = chains.flatMap(stepsOf);
  const lengths = chains.flat().map(lengthS);
  const deviation = (values: number[]) => mean(values.map((value) => Math.abs(value / median(values) - 1)));
  return Math.max(0, 1 - (deviation(steps) + 0.5 * deviation(lengths)) / 0.25);
}

/** From group to group: how many of the distances are whole cycles of the template, and the cycle's measured length. */
function cycleOf(groups: readonly Beep[][], { cyclesS }: Template): { matched: number; periodS: number | null } {
  const distances = stepsOf(groups.map((group) => group[0] as Beep));
  if (distances.length === 0) return { matched: 1, periodS: null };
  if (cyclesS.length === 0) return { matched: 1, periodS: median(distances) };
  const periods = distances.map((distance) => cycleWithin(distance, cyclesS));
  const fitting = periods.filter((period) => period !== null);
  return { matched: fitting.length / distances.length, periodS: fitting.length === 0 ? null : median(fitting) };
}

/** How long one cycle is when `distance` is one to three of them; null when it is none. */
function cycleWithin(distance: number, cyclesS: readonly number[]): number | null {
  for (const cycle of cyclesS) {
    const times = Math.round(distance / cycle);
    if (times >= 1 && times <= MOST_CYCLES && Math.abs(distance / times / cycle - 1) <= CYCLE_TOLERANCE)
      return distance / times;
  }
  return null;
}

/**
 * Of two that follow one another one is whole, of the other at least two beeps were heard: the last ones of a group that began unheard
 * (its end is in the cycle), or the first ones of one that is not over (its beginning is).
 */
function repeatsOf(chains: readonly Beep[][], { count, cyclesS }: Template): number {
  if (cyclesS.length === 0) return 0;
  const parts = chains.filter(({ length }) => length >= 2 && length <= count);
  return parts.slice(1).filter((part, i) => {
    const before = parts[i] as Beep[];
    if (before.length < count && part.length < count) return false;
    const [from, to] = before.length === count ? [before[0], part[0]] : [before.at(-1), part.at(-1)];
    return cycleWithin((to as Beep).startS - (from as Beep).startS, cyclesS) !== null;
  }).length;
}
