import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';

const BINS = 16;
/**
 * Number of additional answers that each bin of scores is assumed to have, with the share of the whole fleet. They pull
 * the share of a bin with few answers towards the share of the fleet.
 */
const PRIOR_ANSWERS = 2;

/**
 * The probability that a moment with a given score is real, learned from the answers of a fleet. estimate.ts uses it as
 * its model.
 */
export class RealShare {
  private readonly shares: number[];

  constructor(log: readonly LoggedWindow[]) {
    const [right, all] = [new Array<number>(BINS).fill(0), new Array<number>(BINS).fill(0)];
    for (const { score, feedback } of log) {
      if (feedback === null) continue;
      all[binOf(score)]!++;
      if (feedback === 'right') right[binOf(score)]!++;
    }
    const sum = (of: number[]): number => of.reduce((total, count) => total + count, 0);
    const overall = (sum(right) + 1) / (sum(all) + 2);
    this.shares = all.map((count, bin) => (right[bin]! + PRIOR_ANSWERS * overall) / (count + PRIOR_ANSWERS));
  }

  of(score: number): number {
    return this.shares[binOf(score)] ?? 0.5;
  }
}

const binOf = (score: number): number => Math.min(BINS - 1, Math.floor(score * BINS));
