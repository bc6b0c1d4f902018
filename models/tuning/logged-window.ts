import { z } from 'zod';

/**
 * A decision of a device, as a tuning log stores it. Alerts are all logged; of the moments just below the threshold a
 * random share is, and `propensity` is the probability with which this one was.
 */
export const LoggedWindow = z.object({
  home: z.string(),
  /** The score of the decision, 0 to 1. */
  score: z.number().min(0).max(1),
  /** 1: an alert, which is always sent. */
  propensity: z.number().gt(0).max(1),
  /** Null: nobody answered, which does not mean "right". */
  feedback: z.enum(['right', 'wrong']).nullable(),
});
export type LoggedWindow = z.infer<typeof LoggedWindow>;
