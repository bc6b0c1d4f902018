/** The heads' scores of the last 20 s, step by step. */
import { LONGEST_PAUSE_S } from '@earshot/shared/cadence/templates.ts';

/** For how many seconds scores are kept; evidence covers the same time. */
export const HISTORY_S = 20;

/**
 * The activity of one head in the last 20 s, in seconds. A head is active while its short mean is at least one half.
 */
export interface Activity {
  /** Time from the head's first active moment to its last one, with no gap longer than an alarm's pauses. */
  durationS: number;
  /** For how many seconds of `durationS` the head was active. */
  activeS: number;
  /** Time since the head's last active moment; Infinity: there was none. */
  quietS: number;
}

export class ScoreHistory {
  readonly heads: number;
  private readonly stepS: number;
  private readonly length: number;
  /** The score of a head at a step has the index head * length + step % length. */
  private readonly scores: Float32Array;
  /** Running sums of the scores before each step, at the same index. */
  private readonly sums: Float64Array;
  private readonly sum: Float64Array;
  /** Mean score over the short window, at the same index. */
  private readonly short: Float32Array;
  private readonly shortSteps: number;
  /**
   * For each head, its newest activity within the history: the first and the last active step, and the number of active
   * steps; 0 if there is none. Pauses no longer than those of an alarm do not end an activity. These values are updated
   * step by step, because searching the 500 steps of the history would cost more.
   */
  private readonly first: Float64Array;
  private readonly last: Float64Array;
  private readonly active: Float64Array;
  private steps = 0;

  constructor(heads: number, stepS: number, shortS: number) {
    this.heads = heads;
    this.stepS = stepS;
    this.length = Math.round(HISTORY_S / stepS) + 1;
    this.shortSteps = Math.max(1, Math.round(shortS / stepS));
    this.scores = new Float32Array(heads * this.length);
    this.sums = new Float64Array(heads * this.length);
    this.sum = new Float64Array(heads);
    this.short = new Float32Array(heads * this.length);
    this.first = new Float64Array(heads);
    this.last = new Float64Array(heads);
    this.active = new Float64Array(heads);
  }

  /** Adds the scores of one step, one per head, from `offset` on. */
  push(scores: Float32Array, offset: number): void {
    const { length, sums, sum, short } = this;
    const at = this.steps % length;
    this.steps++;
    for (let head = 0; head < this.heads; head++) {
      const score = scores[offset + head] as number;
      const slot = head * length + at;
      this.scores[slot] = score;
      sums[slot] = sum[head] as number;
      sum[head] = (sum[head] as number) + score;
      this.forgetOldest(head);
      short[slot] = this.mean(head, this.shortSteps);
      if (isActive(short[slot])) this.addActive(head);
    }
  }

  /** The oldest step is replaced by the newest one and no longer counts. */
  private forgetOldest(head: number): void {
    const { length, short, first, active } = this;
    if (active[head] === 0 || (first[head] as number) >= this.steps - length) return;
    active[head] = (active[head] as number) - 1;
    if (active[head] === 0) return;
    let step = (first[head] as number) + 1;
    while (!isActive(short[head * length + (step % length)] as number)) step++;
    first[head] = step;
  }

  private addActive(head: number): void {
    const { first, last, active, steps } = this;
    const step = steps - 1;
    const pause = step - 1 - (last[head] as number);
    if (active[head] === 0 || pause > LONGEST_PAUSE_S / this.stepS) {
      first[head] = step;
      active[head] = 0;
    }
    last[head] = step;
    active[head] = (active[head] as number) + 1;
  }

  /** Adds steps that the network skipped, with scores of 0. */
  sleep(steps: number): void {
    const quiet = new Float32Array(this.heads);
    for (let step = 0; step < Math.min(steps, this.length); step++) this.push(quiet, 0);
  }

  meanOver(head: number, seconds: number): number {
    return this.mean(head, Math.round(seconds / this.stepS));
  }

  newestShort(head: number): number {
    return this.short[head * this.length + ((this.steps - 1 + this.length) % this.length)] as number;
  }

  /** The highest short mean within the last `seconds`. */
  peakOver(head: number, seconds: number): number {
    const { length, short, steps } = this;
    const count = Math.min(steps, length, Math.round(seconds / this.stepS));
    const oldest = head * length;
    let slot = oldest + (steps % length);
    let peak = 0;
    for (let n = 0; n < count; n++) {
      if (slot === oldest) slot += length;
      peak = Math.max(peak, short[--slot] as number);
    }
    return peak;
  }

  activity(head: number): Activity {
    const { steps, stepS } = this;
    const [first, last, active] = [this.first[head], this.last[head], this.active[head]] as [number, number, number];
    if (active === 0) return { durationS: 0, activeS: 0, quietS: Infinity };
    return { durationS: (last - first + 1) * stepS, activeS: active * stepS, quietS: (steps - 1 - last) * stepS };
  }

  /** Copies the history of a head from column `from` of `other` to column `to`. */
  continueFrom(other: ScoreHistory, from: number, to: number): void {
    this.steps = other.steps;
    const { length } = this;
    for (const [mine, theirs] of [
      [this.scores, other.scores],
      [this.sums, other.sums],
      [this.short, other.short],
    ] as const)
      mine.set(theirs.subarray(from * length, (from + 1) * length), to * length);
    for (const [mine, theirs] of [
      [this.sum, other.sum],
      [this.first, other.first],
      [this.last, other.last],
      [this.active, other.active],
    ] as const)
      mine[to] = theirs[from] as number;
  }

  private mean(head: number, steps: number): number {
    const { length } = this;
    const count = Math.max(1, Math.min(steps, this.steps, length - 1));
    const before = this.sums[head * length + ((this.steps - count) % length)] as number;
    // Clamped, because the difference of running sums can be slightly below 0 or above 1.
    return Math.min(1, Math.max(0, ((this.sum[head] as number) - before) / count));
  }
}

/**
 * A head is active while its short mean is at least one half, which means that its sound is more likely present than
 * not.
 */
const isActive = (shortMean: number): boolean => shortMean >= 0.5;
