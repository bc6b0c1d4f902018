/**
 * Estimates the false alerts per day of a head at a threshold. The bank is far shorter than the time between two false
 * alerts, so the rate is extrapolated beyond the highest scores of each group of sounds: the amount by which scores
 * exceed a high score falls off exponentially (the method "peaks over threshold").
 */

export interface ScoredWindow {
  /**
   * Kind of the sound. Each kind is extrapolated separately, because voices from a television say nothing about the
   * scores of a fan.
   */
  group: string;
  /** Highest logit within the window. */
  highest: number;
  perDay: number;
}

/**
 * The tail of a group's scores, from which it is extrapolated, consists of at most this many of its highest windows.
 */
const TAIL_SOUNDS = 20;
const SHORTEST_TAIL = 8;
/** A factor above 1, because with few windows the true mean excess may be larger than the measured one. */
const caution = (count: number): number => 1 + 1 / Math.sqrt(count);
const PRECISION = 1e-4;

export class MistakeRate {
  private readonly groups: readonly Tail[];

  constructor(windows: readonly ScoredWindow[]) {
    this.groups = [...Map.groupBy(windows, ({ group }) => group).values()].map((own) => new Tail(own));
  }

  /** False alerts a day at a threshold (a logit). */
  at(threshold: number): number {
    return this.groups.reduce((sum, group) => sum + group.at(threshold), 0);
  }

  /** The lowest threshold with at most `perDay` false alerts a day. */
  thresholdFor(perDay: number): number {
    let [low, high] = [-50, 50];
    while (high - low > PRECISION) {
      const middle = (low + high) / 2;
      if (this.at(middle) > perDay) low = middle;
      else high = middle;
    }
    return high;
  }
}

class Tail {
  private readonly sorted: readonly ScoredWindow[];
  private readonly from: number;
  private readonly ratePerDay: number;
  private readonly meanExcess: number;

  constructor(windows: readonly ScoredWindow[]) {
    this.sorted = [...windows].sort((a, b) => b.highest - a.highest);
    const oneSound = Math.min(...windows.map(({ perDay }) => perDay));
    let count = 0;
    let rate = 0;
    for (; count < windows.length && (count < SHORTEST_TAIL || rate < TAIL_SOUNDS * oneSound); count++)
      rate += (this.sorted[count] as ScoredWindow).perDay;
    const tail = this.sorted.slice(0, count);
    this.from = this.sorted[count]?.highest ?? this.sorted.at(-1)?.highest ?? 0;
    this.ratePerDay = rate;
    const excess = tail.reduce((sum, { highest, perDay }) => sum + perDay * (highest - this.from), 0) / rate;
    this.meanExcess = Math.max(1e-3, excess * caution(count));
  }

  at(threshold: number): number {
    if (threshold >= this.from) return this.ratePerDay * Math.exp(-(threshold - this.from) / this.meanExcess);
    return this.sorted.reduce((sum, { highest, perDay }) => (highest >= threshold ? sum + perDay : sum), 0);
  }
}
