import { z } from 'zod';
import { CandidateAccepted } from './candidate.ts';
import { Id, Instant, Name, Sha256 } from './common.ts';
import { TaughtFigures, TaughtLabel } from './taught-sounds.ts';

/** Icons of taught sounds; the app draws them. */
const TAUGHT_ICONS = ['bell', 'phone', 'door', 'dog', 'baby', 'box', 'clock', 'ear'] as const;

/** How many seconds a device records for an example. */
export const EXAMPLE_S = 6;

/** One recording of the sound: the first five teach it, the sixth checks it. */
export const TaughtExample = z.object({
  id: Id,
  /**
   * `waiting` for the device, `recording`, `found`, `silent` (no sound stands out), `failed` (the device sent
   * nothing).
   */
  state: z.enum(['waiting', 'recording', 'found', 'silent', 'failed']),
  /** The seconds of the recording between which the sound is. */
  found: z.object({ startS: z.number(), endS: z.number() }).nullable(),
  /** Who asked for the recording. */
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
  /** `collecting` examples, `learning`, `ready`, or `failed`; only a ready sound alerts. */
  state: z.enum(['collecting', 'learning', 'ready', 'failed']),
  /** Why it failed. `examples`: too few test copies of the examples are detected. `error`: any other failure. */
  reason: z.enum(['examples', 'error']).nullable(),
  figures: TaughtFigures.nullable(),
  /** Whether the sixth example was detected; null: there is none. */
  checkFound: z.boolean().nullable(),
  examples: z.array(TaughtExample),
  createdAt: Instant,
});
export type TaughtSound = z.infer<typeof TaughtSound>;

/** POST /v1/taught-sounds */
export const TaughtSoundRequest = z.object({
  name: Name,
  icon: z.enum(TAUGHT_ICONS),
  class: z.enum(['security', 'upkeep']),
  deviceId: Id,
});

/** The names of the home's taught sounds, for alerts and settings. */
export const TaughtName = z.object({ label: TaughtLabel, name: z.string(), icon: z.enum(TAUGHT_ICONS) });
export type TaughtName = z.infer<typeof TaughtName>;

/** PUT /v1/taught-examples/{id} (device): the recording is ready. */
export const ExampleRequest = z.object({ sha256: Sha256, bytes: z.number().int().positive().max(1_000_000) });
/** `upload` is null when the recording is no longer wanted. */
export const ExampleAnswer = CandidateAccepted.pick({ upload: true });
