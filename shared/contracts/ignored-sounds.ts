import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

/** A sound that a member marked as a false alert. What sounds like it, on the same device and for the same label, alerts nobody. */
export const IgnoredSound = z.object({
  id: Id,
  label: Label,
  deviceId: Id,
  deviceName: z.string(),
  room: z.string(),
  /** What the device said of it. */
  description: z.string(),
  /** The alert that was marked wrong, and the sound in it. */
  incidentId: Id,
  candidateId: Id,
  /** Whether its recording is still there to be played. */
  playable: z.boolean(),
  /** False: another release of the verifier knew the sound, and its recording is gone. Nothing is compared with it. */
  active: z.boolean(),
  by: z.string(),
  createdAt: Instant,
  /** How many sounds were ignored for it, and when the last one was. */
  ignored: z.number().int().nonnegative(),
  lastIgnoredAt: Instant.nullable(),
});
export type IgnoredSound = z.infer<typeof IgnoredSound>;
