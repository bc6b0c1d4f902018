import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import { rhythmSays, type BeeperLabel } from './beeper.ts';

/**
 * A microwave's beeps end; an alarm goes on. Nothing about a single beep says which of the two it is, so an alarm is told when it
 * has outlasted what ends.
 */

/** The longest pause inside a T3 cycle is 1.5 s, 10 % more at most, and what is heard ends a little before the beep does. */
export const PAUSE_S = 1.9;
/** Silence after which it is over for certain: a T3 alarm that mutes a cycle is silent for 5.5 s, T4 for 5.1 s, both up to 10 % longer. */
export const PATIENCE_S = 6.4;
/** What appliances, doorbells and telephones play is over by now; the third group of T3 sounds, and is in time to be told. */
export const OUTLASTS_S = 9.5;
/** Four beeps of T4, what a room adds, and the window of the evidence. */
const LONGEST_GROUP_S = 1.6;

export interface Life {
  /** Since it was first heard, with no silence longer than an alarm's between. */
  sinceS: number;
  /** Since it was last heard. */
  quietS: number;
  /** The source is over: nobody will know whether it would have gone on. */
  isCutOff: boolean;
}

/**
 * For how long the network must have been sure of an alarm by then. In what goes on there is time for three beeps of T3: on scenes of
 * held-back recordings that loses no alarm, and half of what the network takes for CO. One group, or a source that was cut off, has
 * not had that time.
 */
export const surenessS = ({ quietS, isCutOff }: Life): number => (isCutOff || quietS > PAUSE_S ? 0.9 : 1.5);

/**
 * Whether it sounds as long as this alarm would by now. A group that came back in time is proof; without a rhythm it takes longer.
 * After its first minutes a CO alarm sounds one group a minute, and nothing follows: that too is how it goes on.
 */
export function hasGoneOn(label: BeeperLabel, { sinceS, quietS, isCutOff }: Life, cadence: Cadence): boolean {
  if (isCutOff) return true;
  if (quietS > PAUSE_S) return label === 'co_alarm' && quietS >= PATIENCE_S && sinceS - quietS <= LONGEST_GROUP_S;
  return sinceS >= OUTLASTS_S || (rhythmSays(cadence) === label && isRepeated(cadence));
}

/** More beeps than a group has: of the first one some may have drowned, of the last one some may be still to come. */
function isRepeated({ pattern, beeps }: Cadence): boolean {
  if (pattern === 't3') return beeps >= 3 + 2;
  return pattern === 't4' && beeps >= 4 + 2;
}
