/** Groups that came back in a standard's cycle: the proof that no single group is. */
import type { BandLevels } from './band-levels.ts';
import { GroupMatcher, type Group } from './group-matcher.ts';
import type { GroupTemplate } from './templates.ts';
import { TOLERANCE } from './templates.ts';

/** A pair of groups. */
interface Link {
  fit: number;
  proof: number;
  alone: number;
  cycle: number;
}

/** A group, and how many before it, each a cycle or two apart, it continues. */
export interface ChainedGroup extends Group {
  /** Groups that agree, this one included. */
  groups: number;
  /** Mean fit of the pairs, of which the newest weighs half; 0 while there is no pair. */
  chainFit: number;
  /** Mean proof of the pairs, of which the newest weighs half; 0 while there is no pair. */
  chainProof: number;
  /** Whether nothing else sounds: mean over the pairs, of which the newest weighs half; 0 while there is no pair. */
  chainAlone: number;
  /** Of the cycle, frames; null while there is no pair. */
  cycle: number | null;
  /** Start of the first beep of the chain's first group. */
  since: number;
}

/** Interconnected units mute one cycle in four to listen for one another, and noise may hide one more. */
const MOST_CYCLES = 3;
/** As far back as running sums are kept, less the length of a group. */
const MEMORY_S = 19;
/** Once a minute, and 10 % more: how long single groups are remembered. */
const LONG_MEMORY_S = 70;
/** Of a group that comes once a minute, so much is looked at: itself and the silence before it. */
const LONE_GROUP_S = 5;
/** Below this two groups are chance. */
const LEAST_PAIR_FIT = 0.5;
/** Of the end of a group that noise or an echo blurs: a tenth of a second. */
const END_ERROR_FRAMES = 5;

export class GroupChains {
  readonly matcher: GroupMatcher;
  private readonly levels: BandLevels;
  readonly template: GroupTemplate;
  private matched: ChainedGroup[] = [];
  /** Of each band: the best match of the frames just looked at, until a worse one follows. */
  private readonly rising: (Group | null)[];

  constructor(template: GroupTemplate, levels: BandLevels) {
    this.template = template;
    this.levels = levels;
    this.matcher = new GroupMatcher(template, levels);
    this.rising = Array.from({ length: levels.bands }, () => null);
  }

  /** Looks for groups that are complete with the newest frame. */
  advance(): void {
    const { levels, matcher, rising } = this;
    const end = levels.frames - matcher.trail;
    if (end - 2 * matcher.trail < levels.knownFrom) return;
    for (let band = 0; band < levels.bands; band++) {
      const group = matcher.match(band, end);
      const best = rising[band] ?? null;
      if (group && group.fit >= (best?.fit ?? 0)) rising[band] = group;
      else if (best && end - best.end >= 2) {
        this.add(best);
        rising[band] = null;
      }
    }
  }

  /** The groups whose chain may still go on. */
  current(): readonly ChainedGroup[] {
    const [cycleS] = this.template.cyclesS as readonly [number];
    const since = this.levels.frames - ((1 + TOLERANCE) * cycleS) / this.levels.frameS;
    return this.matched.filter(({ end }) => end >= since);
  }

  private add(group: Group): void {
    const first = group.end - this.matcher.length(group.step);
    let best: ChainedGroup = {
      ...group,
      groups: 1,
      chainFit: 0,
      chainProof: 0,
      chainAlone: 0,
      cycle: null,
      since: first,
    };
    for (const before of this.matched) {
      if (!isSamePitch(before.band, group.band)) continue;
      const link = this.link(before, group);
      if (!link) continue;
      // The newest pair weighs as much as all earlier ones, so that an alarm that has ended loses its proof soon.
      const mean = (soFar: number, newest: number): number => (before.groups === 1 ? newest : (soFar + newest) / 2);
      const chainFit = mean(before.chainFit, link.fit);
      const chainProof = mean(before.chainProof, link.proof);
      const chainAlone = mean(before.chainAlone, link.alone);
      const groups = before.groups + 1;
      if (groups > best.groups || (groups === best.groups && chainFit > best.chainFit))
        best = { ...group, groups, chainFit, chainProof, chainAlone, cycle: link.cycle, since: before.since };
    }
    const oldest = this.levels.frames - LONG_MEMORY_S / this.levels.frameS;
    if ((this.matched[0]?.end ?? Infinity) < oldest) this.matched = this.matched.filter(({ end }) => end >= oldest);
    this.matched.push(best);
  }

  /** How well `group` continues `before`: null where their distance is no cycle of the standard, or the pause was none. */
  private link(before: ChainedGroup, group: Group): Link | null {
    const { levels, matcher, template } = this;
    const distance = group.end - before.end;
    for (const cycleS of template.cyclesS) {
      const standard = cycleS / levels.frameS;
      const isRemembered = cycleS < MEMORY_S;
      const cycles = Math.round(distance / standard);
      if (cycles < 1 || cycles > (isRemembered ? MOST_CYCLES : 1)) continue;
      if (Math.abs(distance / cycles - standard) > TOLERANCE * standard + END_ERROR_FRAMES) continue;
      if (!isRemembered && this.hasBetterBetween(before, group)) continue;
      const match = isRemembered ? matcher.pair(before, group) : matcher.distantPair(before, group);
      if (match.fit < LEAST_PAIR_FIT || match.proof <= 0) continue;
      const beginning = before.end - matcher.length(before.step);
      const alone = isRemembered
        ? matcher.alone([before, group], beginning)
        : matcher.alone([group], group.end - LONE_GROUP_S / levels.frameS);
      return { ...match, alone, cycle: distance / cycles };
    }
    return null;
  }

  /**
   * Whether a group between these two fits as well, or has their pitch. In a minute of birdsong some two groups always lie a minute apart;
   * an alarm's two groups are the best of that minute.
   */
  private hasBetterBetween(before: ChainedGroup, group: Group): boolean {
    // A group is matched once more with each of its own beeps.
    const length = this.template.beeps * group.step;
    const fit = Math.min(before.fit, group.fit);
    return this.matched.some(
      (other) =>
        other.end > before.end + length &&
        other.end < group.end - length &&
        (other.fit >= fit || isSamePitch(other.band, group.band)),
    );
  }
}

/** Neighbouring bands hear the same beep. */
const isSamePitch = (one: number, other: number): boolean => Math.abs(one - other) <= 1;
