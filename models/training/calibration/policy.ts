import type { Level } from '@earshot/shared/labels.ts';

/** What a head may cost, and how long it stays quiet after it spoke. Thresholds follow from this and from measurement alone. */
export interface HeadPolicy {
  /** False candidates at medium sensitivity, an hour of confusers played back to back and a day of a home. */
  perConfuserHour: number;
  perDay: number;
  refractoryS: number;
  /** Evidence is gathered over no more than this: the shortest sound that must be heard has to fill it. */
  longestWindowS: number;
}

/**
 * Budgets of what crosses a threshold; the detector tells about half of it, because it also reads the rhythm, waits whether it goes
 * on, and lets one head speak for all that beep. Together that is what the design allows the device stage: 20 false candidates in an
 * hour of confusers played back to back. The verifier makes it quiet.
 * Refractory times are short where a second sound may follow the first at once (an alarm behind a doorbell) and long for upkeep.
 */
const POLICIES: Readonly<Record<string, HeadPolicy>> = {
  smoke_alarm: { perConfuserHour: 5, perDay: 12, refractoryS: 10, longestWindowS: 0.2 },
  co_alarm: { perConfuserHour: 3, perDay: 16, refractoryS: 10, longestWindowS: 0.2 },
  low_battery_chirp: { perConfuserHour: 2, perDay: 5, refractoryS: 60, longestWindowS: 0.2 },
  glass_break: { perConfuserHour: 16, perDay: 8, refractoryS: 8, longestWindowS: 0.8 },
};
const USUAL: HeadPolicy = { perConfuserHour: 10, perDay: 6, refractoryS: 30, longestWindowS: 0.8 };

export const policyOf = (label: string): HeadPolicy => POLICIES[label] ?? USUAL;

/** The share of that which each sensitivity level may spend. */
export const SPENDING: Readonly<Record<Level, number>> = { low: 0.35, medium: 1, high: 2.5 };
