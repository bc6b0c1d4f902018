import { z } from 'zod';
import { CandidateAccepted } from './candidate.ts';
import { Id, Instant, Name, Sha256 } from './common.ts';
import { TaughtFigures, TaughtLabel } from './taught-sounds.ts';

/** The icons that a taught sound may have; the app draws them. */
const TAUGHT_ICONS = ['bell', 'phone', 'door', 'dog', 'baby', 'box', 'clock', 'ear'] as const;

/** How many seconds a device records for an example. */
export const EXAMPLE_S = 6;

/** One recording of the sound. The first five recordings teach it, the sixth checks it. */
export const TaughtExample = z.object({
  id: Id,
  /**
   * `waiting`: for the device. `recording`. `found`: the recording contains a sound. `silent`: no sound stands out.
   * `failed`: the device sent nothing.
   */
  state: z.enum(['waiting', 'recording', 'found', 'silent', 'failed']),
  /** The seconds of the recording between which the sound is. */
  found: z.object({ startS: z.number(), endS: z.number() }).nullable(),
  /** The member who asked for the recording. */
  by: z.string(),
  createdAt: Instant,
});
export type TaughtExample = z.infer<typeof TaughtExample>;

export const TaughtSound = z.object({
  id: Id,
  label: TaughtLabel,
  name: z.string(),
  icon: z.enum(TAUGHT_ICONS),
  class: z.enum(['security', 'upkeep']),
  deviceId: Id,
  /**
   * `collecting`: waits for examples. `learning`: the cloud trains the head. `ready`: the sound alerts. `failed`: see
   * `reason`.
   */
  state: z.enum(['collecting', 'learning', 'ready', 'failed']),
  /** Why it failed. `examples`: too few test copies of the examples are detected. `error`: any other failure. */
  reason: z.enum(['examples', 'error']).nullable(),
  figures: TaughtFigures.nullable(),
  /** Whether the sixth recording was detected; null when there is none. */
  checkFound: z.boolean().nullable(),
  examples: z.array(TaughtExample),
  createdAt: Instant,
});
export type TaughtSound = z.infer<typeof TaughtSound>;

/** POST /v1/taught-sounds: begins to teach a sound. */
export const TaughtSoundRequest = z.object({
  name: Name,
  icon: z.enum(TAUGHT_ICONS),
  class: z.enum(['security', 'upkeep']),
  deviceId: Id,
});

/** The names of the home's taught sounds, for alerts and settings. */
export const TaughtName = z.object({ label: TaughtLabel, name: z.string(), icon: z.enum(TAUGHT_ICONS) });
export type TaughtName = z.infer<typeof TaughtName>;

/** PUT /v1/taught-examples/{id} (device): reports that the recording is ready. */
export const ExampleRequest = z.object({ sha256: Sha256, bytes: z.number().int().positive().max(1_000_000) });
/** `upload` is null when the recording is no longer wanted. */
export const ExampleAnswer = CandidateAccepted.pick({ upload: true });
