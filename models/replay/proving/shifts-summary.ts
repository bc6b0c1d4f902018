import { barLine, barsOfShifts } from './bars.ts';
import type { WayOutcome } from './shifts.ts';

/**
 * The summary: first the requirements, then for each way of playing the largest time difference and the streams with a
 * different decision.
 */
export function shiftsSummary(outcomes: readonly WayOutcome[]): string {
  const lines = outcomes.flatMap(({ way, streams, sameCandidates, differences, latestS }) => [
    `  ${way}: times differ by at most ${latestS} s; the same candidates in ${sameCandidates} of ${streams} streams`,
    ...differences.map(({ name, usual, here }) => `- ${name}, ${way}: ${here}; when played unchanged: ${usual}`),
  ]);
  return `${[...barsOfShifts(outcomes).map(barLine), ...lines].join('\n')}\n`;
}
