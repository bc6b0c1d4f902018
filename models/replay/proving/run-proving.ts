import { barsOf, barsOfShifts, type Bar } from './bars.ts';
import { prove, type ProveOptions } from './prove.ts';
import type { ProvingSet } from './proving-set.ts';
import { proveShifts } from './shifts.ts';
import { shiftsSummary } from './shifts-summary.ts';
import { summaryOf } from './summary.ts';

export interface ProvingResult {
  /** The summary as text for the terminal. */
  text: string;
  /** The outcomes as JSON for programs, one object per line. */
  lines: string;
  bars: Bar[];
  passed: boolean;
}

export async function runProving(set: ProvingSet, options: ProveOptions): Promise<ProvingResult> {
  if (set === 'shifts') {
    const outcomes = await proveShifts(options);
    return resultOf(outcomes, shiftsSummary(outcomes), barsOfShifts(outcomes));
  }
  const outcomes = await prove(set, options);
  return resultOf(outcomes, summaryOf(set, outcomes), barsOf(set, outcomes));
}

const resultOf = (outcomes: readonly object[], text: string, bars: Bar[]): ProvingResult => ({
  text,
  lines: outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''),
  bars,
  passed: bars.every(({ passed }) => passed),
});
