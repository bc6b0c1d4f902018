/**
 * Finds chains of groups of beeps that repeat in a standard's cycle. A single group proves nothing; a repetition does.
 */
import type { BandLevels } from './band-levels.ts';
import { difference, type BeepSound } from './beep-sound.ts';
import { GroupMatcher, LEAST_PAIR_FIT, type Group } from './group-matcher.ts';
import type { GroupTemplate } from './templates.ts';
import { TOLERANCE } from './templates.ts';

/** What is measured of two groups that follow one another in the standard's cycle. */
export interface Pair {
  /** How well both agree with the standard, and how much better than with the best other rhythm (`GroupMatcher.pair`). */
  fit: number;
  proof: number;
  /** How silent the pauses are, 0 to 1. */
  alone: number;
  /** How differently the two groups sound, how faint their beeps are, and how loud the gaps between them are, 0 to 1 (`BeepSound`). */
  differ: number;
  faint: number;
  filled: number;
}

/** What is measured of a group that has not repeated. */
export const NO_PAIR: Readonly<Pair> = { fit: 0, proof: 0, alone: 0, differ: 0, faint: 0, filled: 0 };
const MEASURED = Object.keys(NO_PAIR) as (keyof Pair)[];

/**
 * The means over the pairs of a chain. The newest pair weighs as much as all earlier ones together, so that the proof falls soon
 * after an alarm has ended.
 */
const meansOf = (soFar: Pair, newest: Pair): Pair => {
  const means = { ...NO_PAIR };
  for (const name of MEASURED) means[name] = (soFar[name] + newest[name]) / 2;
  return means;
};

const UNCOMPARED = { differ: 0, faint: 0, filled: 0 };

const comparison = (one: BeepSound, other: BeepSound): typeof UNCOMPARED => ({
  differ: difference(one, other),
  faint: (one.faint + other.faint) / 2,
  filled: Math.max(one.filled, other.filled),
});

interface Link {
  pair: Pair;
  /** Length of the cycle in frames. */
  cycle: number;
}

/** A group, and the chain of earlier groups that it continues. Two groups of a chain are one to three cycles apart. */
export interface ChainedGroup extends Group {
  /** Number of groups in the chain, including this group. */
  groups: number;
  /** The means over the pairs of neighbouring groups, of which the newest weighs half; `NO_PAIR` while there is no pair. */
  pairs: Pair;
  /** Null: not measured for this standard. */
  readonly sound: BeepSound | null;
  /** Length of the cycle in frames; null while there is no pair. */
  cycle: number | null;
  /** Start of the first beep of the chain's first group. */
  since: number;
}

/** One cycle of the standard, in frames. */
interface Cycle {
  length: number;
  tolerance: number;
  /** How many cycles apart two groups may be. */
  most: number;
  /** Whether the levels are kept for longer than the cycle, so that the time between two groups can be compared too. */
  isRemembered: boolean;
}

/**
 * Two groups may be this many cycles apart: interconnected alarm units mute one cycle in four to listen for one
 * another, and noise may hide another cycle.
 */
const MOST_CYCLES = 3;
/** How far back a group can be compared, in seconds: running sums are kept for 20 s, minus the length of a group. */
const MEMORY_S = 19;
/**
 * How long groups are remembered: one minute (T4's slow cycle) plus its tolerance of 10 % and some margin; without a slow
 * cycle, more than twice the three cycles that two T3 groups may be apart (13.5 s).
 */
const LONG_MEMORY_S = 70;
const SHORT_MEMORY_S = 30;
/**
 * For a group that repeats once a minute, the check for other sounds covers only the group and this much time before
 * it.
 */
const LONE_GROUP_S = 5;
/** Noise and echoes shift the measured end of a group by up to a tenth of a second. */
const END_ERROR_FRAMES = 5;

export class GroupChains {
  readonly matcher: GroupMatcher;
  private readonly levels: BandLevels;
  readonly template: GroupTemplate;
  private readonly cycles: readonly Cycle[];
  private readonly rememberedFrames: number;
  private matched: ChainedGroup[] = [];
  /**
   * The newest of the matched groups, so that `current` need not search all of them. The list is never changed, only
   * replaced, because readings keep it.
   */
  private newest: readonly ChainedGroup[] = [];
  /** The best recent match of each band (fit 0: none). It becomes a group when the following matches are worse. */
  private readonly risingFit: Float64Array;
  private readonly risingStep: Float64Array;
  private readonly risingEnd: Float64Array;
  private isAnyRising = false;

  constructor(template: GroupTemplate, levels: BandLevels) {
    this.template = template;
    this.levels = levels;
    this.matcher = new GroupMatcher(template, levels);
    this.cycles = template.cyclesS.map((cycleS) => {
      const length = cycleS / levels.frameS;
      const isRemembered = cycleS < MEMORY_S;
      const tolerance = TOLERANCE * length + END_ERROR_FRAMES;
      return { length, tolerance, most: isRemembered ? MOST_CYCLES : 1, isRemembered };
    });
    const hasSlowCycle = this.cycles.some(({ isRemembered }) => !isRemembered);
    this.rememberedFrames = (hasSlowCycle ? LONG_MEMORY_S : SHORT_MEMORY_S) / levels.frameS;
    this.risingFit = new Float64Array(levels.bands);
    this.risingStep = new Float64Array(levels.bands);
    this.risingEnd = new Float64Array(levels.bands);
  }

  /** Looks for groups that the newest frame completes. */
  advance(): void {
    const { levels, matcher, risingFit, risingStep, risingEnd } = this;
    const { fits, steps } = matcher;
    const end = levels.frames - matcher.trail;
    const isAnyFound = matcher.match(end);
    if (!isAnyFound && !this.isAnyRising) return;
    this.isAnyRising = false;
    for (let band = 0; band < risingFit.length; band++) {
      const fit = fits[band] as number;
      const best = risingFit[band] as number;
      if (fit > 0 && fit >= best) {
        risingFit[band] = fit;
        risingStep[band] = steps[band] as number;
        risingEnd[band] = end;
        this.isAnyRising = true;
      } else if (best > 0 && end - (risingEnd[band] as number) >= 2) {
        risingFit[band] = 0;
        this.add({ band, end: risingEnd[band] as number, step: risingStep[band] as number, fit: best });
      } else if (best > 0) this.isAnyRising = true;
    }
  }

  /** The groups whose chains may still continue. */
  current(): readonly ChainedGroup[] {
    const [cycleS] = this.template.cyclesS as readonly [number];
    const since = this.levels.frames - ((1 + TOLERANCE) * cycleS) / this.levels.frameS;
    this.newest = this.newest.filter(({ end }) => end >= since);
    return this.newest;
  }

  private add(group: Group): void {
    const sound = this.matcher.soundOf(group);
    const since = group.end - this.matcher.length(group.step);
    let best: ChainedGroup = { ...group, sound, groups: 1, pairs: NO_PAIR, cycle: null, since };
    for (const before of this.matched) {
      if (!this.isSamePitch(before.band, group.band)) continue;
      const link = this.link(before, group, sound);
      if (!link) continue;
      const pairs = before.groups === 1 ? link.pair : meansOf(before.pairs, link.pair);
      const groups = before.groups + 1;
      if (groups > best.groups || (groups === best.groups && pairs.fit > best.pairs.fit))
        best = { ...group, sound, groups, pairs, cycle: link.cycle, since: before.since };
    }
    const oldest = this.levels.frames - this.rememberedFrames;
    if ((this.matched[0]?.end ?? Infinity) < oldest) this.matched = this.matched.filter(({ end }) => end >= oldest);
    this.matched.push(best);
    this.newest = [...this.current(), best];
  }

  /**
   * A beep appears in neighbouring bands too. The lowest wide band follows the highest narrow band in the list, but is
   * not its neighbour.
   */
  private isSamePitch(one: number, other: number): boolean {
    const { narrowBands } = this.levels;
    return Math.abs(one - other) <= 1 && one < narrowBands === other < narrowBands;
  }

  /**
   * How well `group` continues `before`. Null when the time between them is not a cycle of the standard, or when the
   * pause between them was not silent.
   */
  private link(before: ChainedGroup, group: Group, sound: BeepSound | null): Link | null {
    const { levels, matcher } = this;
    const distance = group.end - before.end;
    for (const { length, tolerance, most, isRemembered } of this.cycles) {
      const cycles = Math.round(distance / length);
      if (cycles < 1 || cycles > most || Math.abs(distance / cycles - length) > tolerance) continue;
      const match = isRemembered
        ? matcher.pair(before, group)
        : matcher.distantPair(before, group, this.bestBetween(before, group));
      if (match.fit < LEAST_PAIR_FIT || match.proof <= 0) continue;
      const beginning = before.end - matcher.length(before.step);
      const alone = isRemembered
        ? matcher.alone([before, group], beginning)
        : matcher.alone([group], group.end - LONE_GROUP_S / levels.frameS);
      const pair = { ...match, alone, ...(before.sound && sound ? comparison(before.sound, sound) : UNCOMPARED) };
      return { pair, cycle: distance / cycles };
    }
    return null;
  }

  /**
   * The best fit of a group between these two, at any pitch. Speech and birdsong often contain two groups that happen
   * to be a minute apart, but then groups between the two fit as well. The groups of an alarm fit clearly better than
   * anything between them.
   */
  private bestBetween(before: ChainedGroup, group: Group): number {
    // Parts of a group can match as another group, so ignore matches within the two groups.
    const length = this.template.beeps * group.step;
    let best = 0;
    for (const { end, fit } of this.matched)
      if (fit > best && end > before.end + length && end < group.end - length) best = fit;
    return best;
  }
}
