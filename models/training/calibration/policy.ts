import type { Level } from '@earshot/shared/labels.ts';

/** What a head may cost, and how long it stays quiet after it spoke. Thresholds follow from this and from measurement alone. */
export interface HeadPolicy {
  /** False candidates at medium sensitivity, an hour of confusers played back to back and a day of a home. */
  perConfuserHour: number;
  perDay: number;
  refractoryS: number;
}

/**
 * DESIGN allows ten candidates a day in a home, and the confusers' hour twenty in all; the safety labels and glass get most of it.
 * Refractory times are short where a second sound may follow the first at once (an alarm behind a doorbell) and long for upkeep.
 */
const POLICIES: Readonly<Record<string, HeadPolicy>> = {
  smoke_alarm: { perConfuserHour: 6, perDay: 2.5, refractoryS: 10 },
  co_alarm: { perConfuserHour: 3, perDay: 1, refractoryS: 10 },
  low_battery_chirp: { perConfuserHour: 2, perDay: 1, refractoryS: 60 },
  glass_break: { perConfuserHour: 9, perDay: 3, refractoryS: 8 },
  footsteps: { perConfuserHour: 12, perDay: 4, refractoryS: 30 },
  door: { perConfuserHour: 12, perDay: 4, refractoryS: 30 },
};
const USUAL: HeadPolicy = { perConfuserHour: 8, perDay: 3, refractoryS: 30 };

export const policyOf = (label: string): HeadPolicy => POLICIES[label] ?? USUAL;

/** The share of that which each sensitivity level may spend. */
export const SPENDING: Readonly<Record<Level, number>> = { low: 0.35, medium: 1, high: 2.5 };
