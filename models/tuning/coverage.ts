import { countNaively, estimate, type Estimate } from './estimate.ts';
import { RealShare } from './real-share.ts';
import { outcomeOf, simulateHome, USUAL, type Habits } from './simulated-home.ts';

export interface CoverageRow {
  threshold: number;
  of: 'falseAlerts' | 'misses';
  /** Means over all homes, for the time of the log: the true number, the estimate and the plain count. */
  truth: number;
  estimated: number;
  counted: number;
  /** Share of the homes whose interval contains the true value. */
  estimateCovers: number;
  countCovers: number;
}

export const THRESHOLDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/**
 * Simulates homes whose true values are known, and measures how often the intervals of both methods contain these
 * values.
 */
export function coverage(homes: number, seed: number, habits: Habits = USUAL): CoverageRow[] {
  const all = Array.from({ length: homes }, (_, at) => simulateHome(seed + at, habits));
  const model = new RealShare(all.flatMap(({ log }) => log));
  const covers = ({ low, high }: Estimate, truth: number): number => Number(low <= truth && truth <= high);
  return THRESHOLDS.flatMap((threshold) => {
    const results = all.map((home) => ({
      truth: outcomeOf(home, threshold),
      estimated: estimate(home.log, model, threshold),
      counted: countNaively(home.log, threshold),
    }));
    return (['falseAlerts', 'misses'] as const).map((of) => {
      const mean = (pick: (one: (typeof results)[number]) => number): number =>
        results.reduce((sum, one) => sum + pick(one), 0) / homes;
      return {
        threshold,
        of,
        truth: mean(({ truth }) => truth[of]),
        estimated: mean(({ estimated }) => estimated[of].is),
        counted: mean(({ counted }) => counted[of].is),
        estimateCovers: mean(({ estimated, truth }) => covers(estimated[of], truth[of])),
        countCovers: mean(({ counted, truth }) => covers(counted[of], truth[of])),
      };
    });
  });
}
