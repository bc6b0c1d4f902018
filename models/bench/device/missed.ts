import type { Path } from './path.ts';
import type { DayEvent } from './sounds.ts';

/**
 * As everywhere in the project, an event is found when its label is reported between its start and 15 s after its end.
 */
const AFTER_S = 15;
/** A candidate may begin this long before its sound, because it begins with its evidence window. */
const BEFORE_S = 2;

const hears = ({ candidates }: Path, { label, startS, endS }: DayEvent): boolean =>
  candidates.some(
    (candidate) => candidate.label === label && candidate.atS >= startS - BEFORE_S && candidate.atS <= endS + AFTER_S,
  );

export interface GateAccount {
  /** Events that are found with every frame computed. */
  found: DayEvent[];
  /** Of these events, those that are not found with the gate. */
  missed: DayEvent[];
}

/**
 * Finds the day's events that are missed only because of the energy gate. Candidates for other sounds are not compared,
 * because they differ with every chunk size.
 */
export function accountOf(events: readonly DayEvent[], open: Path, gated: Path): GateAccount {
  const found = events.filter((event) => hears(open, event));
  return { found, missed: found.filter((event) => !hears(gated, event)) };
}
