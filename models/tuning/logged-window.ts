import { z } from 'zod';

/**
 * A moment that a device weighed, as a tuning log keeps it. Alerts are all logged; of the moments just below the threshold a random
 * share is, and `propensity` is the probability with which this one was.
 */
export const LoggedWindow = z.object({
  home: z.string(),
  /** What the decision is made by, 0 to 1. */
  score: z.number().min(0).max(1),
  /** 1: everybody was alerted. */
  propensity: z.number().gt(0).max(1),
  /** Null: nobody looked, which is not "right". */
  feedback: z.enum(['right', 'wrong']).nullable(),
});
export type LoggedWindow = z.infer<typeof LoggedWindow>;
