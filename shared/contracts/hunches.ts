import { z } from 'zod';
import { Label, LevelName } from './common.ts';

/** The number of alerts at the current sensitivity, and at the suggested one. */
const Change = z.object({ now: z.number().int(), then: z.number().int() });

/** GET /v1/hunches: suggests another sensitivity, computed from the home's own alerts. Only a member can apply it. */
export const Hunch = z.object({
  label: Label,
  from: LevelName,
  to: LevelName,
  days: z.number().int(),
  /** The room (or name) of the device with most of the false alerts; null: no device stands out. */
  place: z.string().nullable(),
  /** The local hour around which most of the false alerts came, 0 to 23; null: no time stands out. */
  aroundHour: z.number().int().min(0).max(23).nullable(),
  /** Alerts that members marked wrong, marked right, and did not judge. */
  wrong: Change,
  right: Change,
  unjudged: Change,
});
export type Hunch = z.infer<typeof Hunch>;
