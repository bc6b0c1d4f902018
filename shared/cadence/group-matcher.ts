/** Measures how well the levels of a band agree with a standard's group of beeps, whatever its pitch or timbre. */
import type { KernelGroup, PacedGroup } from './band-kernel.ts';
import type { BeepSound } from './beep-sound.ts';
import { RANGE_DECADES, type BandLevels } from './band-levels.ts';
import type { GroupTemplate } from './templates.ts';

/** A group of beeps in one band. Positions are in whole frames; `end` is the end of its last beep. */
export interface Group {
  band: number;
  end: number;
  /** Frames from the start of one beep to the start of the next. */
  step: number;
  /** Correlation with the template, 0 to 1. */
  fit: number;
}

/** How well two groups agree with the standard. */
interface Match {
  /** Correlation with the template, 0 to 1. */
  fit: number;
  /**
   * Log-likelihood ratio per frame (in nats) of the standard's rhythm against the best other rhythm; at 0 or less the
   * other rhythm explains the sound at least as well.
   */
  proof: number;
}

/** How many frames lie in beeps, and the sum of their levels. */
interface Beeps {
  on: number;
  sum: number;
}

const NO_MATCH: Match = { fit: 0, proof: 0 };
/** Two groups that fit less than this may agree by chance. */
export const LEAST_PAIR_FIT = 0.5;
/** Higher fits count as this: recorded alarms do not fit better, because of their echo and attack. */
const BEST_FIT = 0.98;

/**
 * Compares how well two regressions explain the levels: half the logarithm of the ratio of their unexplained variances.
 */
function matchOf(fit: number, other: number): Match {
  const remains = (correlation: number): number => 1 - Math.min(BEST_FIT, Math.max(0, correlation)) ** 2;
  return { fit, proof: Math.log(remains(other) / remains(fit)) / 2 };
}

/**
 * The paces (tempos) at which a group is searched, relative to the standard's. The standards allow 10 %; worn alarm
 * clocks were measured at 12 % and more.
 */
const PACES = [0.88, 0.92, 0.96, 1, 1.04, 1.08, 1.12] as const;
/** How much silence before the first beep belongs to a group, as a share of the step from beep to beep. */
const LEAD_STEPS = 0.5;
/**
 * How much silence after the last beep belongs to a group, in seconds. A quarter of a second shows that the beep is
 * over; waiting longer would delay the alert.
 */
const LONGEST_TRAIL_S = 0.25;
/** Levels with a smaller variance hardly change, so no rhythm is searched in them. */
const LEAST_VARIANCE = 1e-6;

export class GroupMatcher {
  readonly template: GroupTemplate;
  private readonly levels: BandLevels;
  /**
   * Everything that does not depend on the frame is computed in advance, because every frame is compared with every
   * pace in every band.
   */
  private readonly group: KernelGroup;
  /** Where the template of each pace begins, relative to the end of the group; a slower pace begins earlier. */
  private readonly begins: readonly number[];
  private readonly onShare: number;
  private readonly lead: number;
  /**
   * How many frames of silence after its last beep belong to a group. They are much shorter than the standard's pause.
   */
  readonly trail: number;
  /** The fit of the best group in each band at the last match (0: there was none), and its step. */
  readonly fits: Float64Array;
  readonly steps: Float64Array;

  constructor(template: GroupTemplate, levels: BandLevels) {
    this.template = template;
    this.levels = levels;
    const step = (template.onS + template.offS) / levels.frameS;
    this.onShare = template.onS / (template.onS + template.offS);
    this.lead = Math.round(LEAD_STEPS * step);
    this.trail = Math.round(Math.min(0.8 * template.offS, LONGEST_TRAIL_S) / levels.frameS) + 1;
    const paces = PACES.map((pace) => this.paced(step * pace));
    this.begins = paces.map(({ from }) => from);
    this.group = levels.kernel.addGroup(paces, Math.round(template.onS / levels.frameS), this.trail);
    this.fits = levels.kernel.fits;
    this.steps = levels.kernel.steps;
  }

  private paced(step: number): PacedGroup {
    const length = Math.round(this.onShare * step);
    const edges = Array.from({ length: this.template.beeps }, (_, n) => Math.round(-n * step)).flatMap((end) => [
      end - length,
      end,
    ]);
    const from = Math.round(-this.length(step)) - this.lead;
    const frames = this.trail - from;
    const on = this.template.beeps * length;
    const spread = on * (1 - on / frames);
    return { step, from, edges, frames, on, spread, leastSpread: LEAST_VARIANCE * frames };
  }

  /** The length of a group in frames, from the start of its first beep to the end of its last beep. */
  length(step: number): number {
    return (this.template.beeps - 1 + this.onShare) * step;
  }

  /**
   * Finds, in each band, the best group whose last beep ended at `end`, which must be `trail` frames before the newest
   * frame. Leaves the result in `fits` and `steps`, which matches of the other standard overwrite. Returns whether
   * any band has a group.
   */
  match(end: number): boolean {
    const { levels, begins } = this;
    let known = begins.length;
    while (known > 0 && end + (begins[known - 1] as number) < levels.knownFrom) known--;
    return levels.kernel.match(this.group, known, end);
  }

  /**
   * Compares two groups, and everything between them, with the levels. Gives no match when the fit is too low or when
   * the first group is older than the kept levels. The time before the first beep is left out: levels are relative to
   * the recent peak of their band, so before the first loud beep the room's noise has the level of a beep.
   */
  pair(before: Pick<Group, 'end' | 'step'>, after: Group): Match {
    const from = Math.round(before.end - this.length(before.step));
    if (from < this.levels.knownFrom) return NO_MATCH;
    const to = after.end + this.trail;
    const { band } = after;
    const groups = [before, after];
    const beeps = this.beepsOf(band, from, groups);
    const fit = this.correlate(band, from, to, beeps.on, beeps.sum);
    if (fit < LEAST_PAIR_FIT) return NO_MATCH;
    const unbroken = this.unbroken(band, from, to, before, after);
    const other = this.template.gapsStayOpen
      ? Math.max(unbroken, this.nearest(band, from, to, groups, beeps))
      : unbroken;
    return matchOf(fit, other);
  }

  /**
   * How clearly these groups sound alone, from 0 to 1: how well the level of the loudest band agrees with the groups
   * and their pauses. A melody may play a standard's rhythm at one pitch, but it has other notes in the pauses.
   */
  alone(groups: readonly Pick<Group, 'end' | 'step'>[], fromFrame: number): number {
    const { everything, knownFrom } = this.levels;
    const from = Math.max(knownFrom, Math.round(fromFrame));
    const to = (groups.at(-1) as Group).end + this.trail;
    const { on, sum } = this.beepsOf(everything, from, groups);
    return Math.max(0, this.correlate(everything, from, to, on, sum));
  }

  /** Measures the beeps of a group, which must be in the kept levels. Null: not for this standard. */
  soundOf({ band, end, step }: Group): BeepSound | null {
    const { levels, template, onShare } = this;
    if (!template.isSoundMeasured) return null;
    const length = Math.round(onShare * step);
    const means = new Float64Array(levels.narrowBands);
    let [frames, inBand] = [0, 0];
    for (let n = 0; n < template.beeps; n++) {
      const beepEnd = Math.round(end - n * step);
      const start = Math.max(levels.knownFrom, beepEnd - length);
      if (beepEnd <= start) continue;
      frames += beepEnd - start;
      inBand += levels.total(band, start, beepEnd);
      for (let of = 0; of < means.length; of++) means[of] = (means[of] as number) + levels.total(of, start, beepEnd);
    }
    if (frames > 0) for (let of = 0; of < means.length; of++) means[of] = (means[of] as number) / frames;
    const mean = frames > 0 ? inBand / frames : 0;
    return {
      levels: means,
      faint: 1 - mean / RANGE_DECADES,
      filled: this.loudestGap(band, end, step) / RANGE_DECADES,
    };
  }

  /** The mean level of the loudest gap between the beeps of a group. */
  private loudestGap(band: number, end: number, step: number): number {
    const length = Math.round(this.onShare * step);
    let loudest = 0;
    for (let n = 0; n < this.template.beeps - 1; n++) {
      const gap = { on: 0, sum: 0 };
      this.count(gap, band, this.levels.knownFrom, end - n * step - length, Math.round(step) - length);
      if (gap.on > 0) loudest = Math.max(loudest, gap.sum / gap.on);
    }
    return loudest;
  }

  /**
   * Compares two groups with the levels, each by itself, because the pause between them is longer than the time for
   * which levels are kept. The other rhythm is the best group between them, whose fit is `other`.
   */
  distantPair(before: Group, after: Group, other: number): Match {
    return matchOf(Math.min(before.fit, after.fit), other);
  }

  /**
   * The correlation with beeps that continue at the same step through the pause, like those of a reversing lorry, a
   * clock or a steady alarm.
   */
  private unbroken(
    band: number,
    from: number,
    to: number,
    before: Pick<Group, 'end' | 'step'>,
    after: Pick<Group, 'end' | 'step'>,
  ): number {
    const beeps = Math.max(1, Math.round((after.end - before.end) / after.step));
    const step = (after.end - before.end) / beeps;
    const length = Math.round(this.onShare * step);
    const all = { on: 0, sum: 0 };
    for (let n = 0; n < beeps + this.template.beeps; n++) this.count(all, band, from, after.end - n * step, length);
    return this.correlate(band, from, to, all.on, all.sum);
  }

  /** The number of frames, and the sum of the levels, in all beeps of these groups. */
  private beepsOf(band: number, from: number, groups: readonly Pick<Group, 'end' | 'step'>[]): Beeps {
    const length = Math.round(this.onShare * (groups.at(-1) as Group).step);
    const all = { on: 0, sum: 0 };
    for (let n = 0; n < this.template.beeps; n++) this.countEach(all, band, from, groups, n, 0, length);
    return all;
  }

  /**
   * The best correlation with a rhythm that is nearly the standard's: with a filled gap, a missing beep or one more
   * beep.
   */
  private nearest(
    band: number,
    from: number,
    to: number,
    groups: readonly Pick<Group, 'end' | 'step'>[],
    all: Beeps,
  ): number {
    const { beeps } = this.template;
    const { step } = groups.at(-1) as Group;
    const length = Math.round(this.onShare * step);
    const gap = Math.round(step) - length;
    const changed = (part: Beeps, sign: 1 | -1): number =>
      this.correlate(band, from, to, all.on + sign * part.on, all.sum + sign * part.sum);
    let best = 0;
    for (let n = 0; n <= beeps; n++) {
      const beep = { on: 0, sum: 0 };
      this.countEach(beep, band, from, groups, n, 0, length);
      best = Math.max(best, changed(beep, n < beeps ? -1 : 1));
      if (n >= beeps - 1) continue;
      const filled = { on: 0, sum: 0 };
      this.countEach(filled, band, from, groups, n, length, gap);
      best = Math.max(best, changed(filled, 1));
    }
    return best;
  }

  /**
   * From each group, adds the `length` frames that end `before` frames before the end of its nth beep, counted from the
   * last beep.
   */
  private countEach(
    beep: Beeps,
    band: number,
    from: number,
    groups: readonly Pick<Group, 'end' | 'step'>[],
    n: number,
    before: number,
    length: number,
  ): void {
    for (const { end, step } of groups) this.count(beep, band, from, end - n * step - before, length);
  }

  /** Adds to `beep` the frames of a beep that ends at `beepEnd`, and the sum of their levels. */
  private count(beep: Beeps, band: number, from: number, beepEnd: number, length: number): void {
    const end = Math.round(beepEnd);
    const start = Math.max(from, end - length);
    if (end <= start) return;
    beep.on += end - start;
    beep.sum += this.levels.total(band, start, end);
  }

  /** Pearson's correlation of the levels with a template that is 1 in the beeps and 0 elsewhere. */
  private correlate(band: number, from: number, to: number, on: number, sum: number): number {
    const { levels } = this;
    const frames = to - from;
    const mean = levels.total(band, from, to) / frames;
    const spread = levels.totalOfSquares(band, from, to) - frames * mean * mean;
    return correlation(sum - on * mean, frames, spread, on * (1 - on / frames));
  }
}

/** Returns 0 when the levels or the template hardly change. */
function correlation(product: number, frames: number, spread: number, templateSpread: number): number {
  if (templateSpread <= 0 || spread < LEAST_VARIANCE * frames) return 0;
  return product / Math.sqrt(spread * templateSpread);
}
