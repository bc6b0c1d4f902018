import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

/**
 * A sound that a member marked as a false alert. Similar sounds with the same label from the same device alert
 * nobody.
 */
export const IgnoredSound = z.object({
  id: Id,
  label: Label,
  deviceId: Id,
  deviceName: z.string(),
  room: z.string(),
  /** The device's description of it. */
  description: z.string(),
  /** The alert that was marked wrong, and the sound in it. */
  incidentId: Id,
  candidateId: Id,
  /** Whether its recording still exists and can be played. */
  playable: z.boolean(),
  /**
   * False when another release of the verifier stored it and its recording is deleted. No sound is compared with it
   * then.
   */
  active: z.boolean(),
  by: z.string(),
  createdAt: Instant,
  /** How many sounds were ignored because of it, and when the last one was. */
  ignored: z.number().int().nonnegative(),
  lastIgnoredAt: Instant.nullable(),
});
export type IgnoredSound = z.infer<typeof IgnoredSound>;
