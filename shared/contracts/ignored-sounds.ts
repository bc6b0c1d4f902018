import { z } from 'zod';
import { DeviceEmbedding } from './candidate.ts';
import { Id, Instant, Label } from './common.ts';

/** The longest list of ignored sounds. Members see the whole list, so it must stay short. */
export const MOST_IGNORED_SOUNDS = 20;

/** An ignored sound that its device silences by itself: the device reports no sounds that resemble it. */
export const IgnoredPrototype = z.object({ id: Id, label: Label, embedding: DeviceEmbedding });
export type IgnoredPrototype = z.infer<typeof IgnoredPrototype>;

/** GET /v1/ignored-sounds/files/{sha256} (device): all ignored sounds that the device silences by itself. */
export const IgnoredSoundsFile = z.object({
  schema: z.literal(1),
  sounds: z.array(IgnoredPrototype).max(MOST_IGNORED_SOUNDS),
});
export type IgnoredSoundsFile = z.infer<typeof IgnoredSoundsFile>;

/** What the device did with an ignored sound that it silences. */
export const SilencedSound = z.object({
  id: Id,
  /** How often the device silenced the sound within the last seven days, and when it last did so. */
  week: z.number().int().nonnegative(),
  lastAt: Instant.nullable(),
});
export type SilencedSound = z.infer<typeof SilencedSound>;

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
  /** The description of the sound by the device that detected it. */
  description: z.string(),
  /** The first alert that was marked wrong, and the sound in it. */
  incidentId: Id,
  candidateId: Id,
  /** All alerts that were marked wrong because of this sound, the first one included. */
  markedIncidentIds: z.array(Id),
  /** Whether the recording of the sound still exists and can be played. */
  playable: z.boolean(),
  /**
   * False when no sound can be compared with this one: another release of the verifier stored it, and its recording is
   * deleted.
   */
  active: z.boolean(),
  by: z.string(),
  createdAt: Instant,
  /** How many sounds were ignored because they resemble this one, and when the last of them was ignored. */
  ignored: z.number().int().nonnegative(),
  lastIgnoredAt: Instant.nullable(),
  /**
   * What the device has done by itself with sounds that resemble this one; null: the device does not know this sound.
   */
  onDevice: SilencedSound.omit({ id: true }).nullable(),
});
export type IgnoredSound = z.infer<typeof IgnoredSound>;
