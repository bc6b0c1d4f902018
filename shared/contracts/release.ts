import { z } from 'zod';
import { Label, LevelName, Sha256 } from './common.ts';

export const ReleaseFile = z.object({
  file: z.string().regex(/^[\w.-]+$/),
  sha256: Sha256,
  bytes: z.number().int().positive(),
});

/** What one sensitivity level does, and what was measured of it on held-back sound. */
const Threshold = z.object({
  threshold: z.number().min(0).max(1),
  /** On house days, after this stage. */
  perDay: z.number().nonnegative(),
  missRate: z.number().min(0).max(1),
});
export type Threshold = z.infer<typeof Threshold>;
export const Levels = z.record(LevelName, Threshold);

export const Head = ReleaseFile.extend({
  label: Label,
  levels: Levels,
  /** Evidence over time: the mean score over `windowS` must reach the threshold. */
  windowS: z.number().positive().max(10),
  refractoryS: z.number().positive(),
});
export type Head = z.infer<typeof Head>;

/** The front end is part of the release: weights mean nothing without it. */
export const FrontEnd = z.object({
  kind: z.literal('log-mel'),
  sampleRate: z.literal(16_000),
  fftSize: z.number().int(),
  hopSize: z.number().int(),
  melBands: z.number().int(),
  lowHz: z.number(),
  highHz: z.number(),
  /** log10(power + floor) */
  floor: z.number().positive(),
});
export type FrontEnd = z.infer<typeof FrontEnd>;

const Trunk = ReleaseFile.extend({
  /** Frames the trunk eats per step of its LSTM; a call takes a multiple of it. */
  framesPerStep: z.number().int().positive(),
  /** What the daemon gives it at a time. */
  framesPerCall: z.number().int().positive(),
  embedding: z.number().int().positive(),
  /** State tensors, carried from call to call: input `name`, output `${name}_out`; they start at zero. */
  states: z.array(z.object({ name: z.string(), shape: z.array(z.number().int().positive()) })),
});

export const VerifierEntry = ReleaseFile.extend({
  frontEnd: FrontEnd,
  /** The clip is cut or padded to this. */
  clipS: z.number().positive(),
  labels: z.array(Label),
  levels: z.record(Label, Levels),
});

/** A short sound that every machine must score alike before it trusts a release. */
const Golden = ReleaseFile.extend({
  /** Highest head score by label, highest verifier score by label. */
  heads: z.record(Label, z.number()),
  verifier: z.record(Label, z.number()),
  tolerance: z.number().positive(),
});

export const Manifest = z.object({
  schema: z.literal(1),
  /** Date and counter, compared as text: "2026-11-21.1". Monotonic. */
  version: z.string().regex(/^\d{4}-\d{2}-\d{2}\.\d+$/),
  createdAt: z.iso.datetime(),
  seed: z.number().int(),
  frontEnd: FrontEnd,
  trunk: Trunk,
  heads: z.array(Head),
  verifier: VerifierEntry,
  golden: z.array(Golden),
});
export type Manifest = z.infer<typeof Manifest>;

/** manifest.sig.json: Ed25519 over the exact bytes of manifest.json, by one or more keys. */
export const ManifestSignature = z.object({
  signatures: z.array(z.object({ keyId: z.string(), signature: z.string() })).min(1),
});
