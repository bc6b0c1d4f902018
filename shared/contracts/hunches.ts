import { z } from 'zod';
import { Label, LevelName } from './common.ts';

/** Number of alerts at the current sensitivity, and at the suggested sensitivity. */
const Change = z.object({ now: z.number().int(), then: z.number().int() });

/**
 * GET /v1/hunches: suggestions to change a sensitivity, computed from the home's own alerts. Only a member can apply
 * one.
 */
export const Hunch = z.object({
  label: Label,
  from: LevelName,
  to: LevelName,
  days: z.number().int(),
  /**
   * The room (or name) of the device with most of the false alerts; null: the false alerts come from no device in
   * particular.
   */
  place: z.string().nullable(),
  /** The local hour (0 to 23) around which most of the false alerts came; null: they came at no time in particular. */
  aroundHour: z.number().int().min(0).max(23).nullable(),
  /** Numbers of alerts that members marked wrong, marked right, and did not mark. */
  wrong: Change,
  right: Change,
  unjudged: Change,
});
export type Hunch = z.infer<typeof Hunch>;
