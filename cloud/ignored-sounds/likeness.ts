import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import type { VerifierEntry } from '@earshot/shared/contracts/release.ts';
import { cosine, type MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import type { z } from 'zod';
import { centredCosine, RELEASED_CENTRE } from './embedding-centre.ts';

/** The thresholds when the manifest of the release states none. docs/learning.md says how they were chosen. */
const SAME_SOUND_ABOVE: Record<string, number> = { smoke_alarm: 0.99 };
const OTHERS_ABOVE = 0.994;

/**
 * For clips that would not alert at sensitivity "medium", because the verifier is not sure: a lower threshold of the cosine, and one of the
 * centred cosine, which must be reached too. Chosen on `train`; docs/learning.md says how.
 */
const WHEN_UNSURE: Record<string, { above: number; centredAbove: number }> = {
  glass_break: { above: 0.99, centredAbove: 0.86 },
};

/** What the comparison needs of the release's verifier; undefined: there is no release. */
export type ComparingVerifier = Pick<z.infer<typeof VerifierEntry>, 'sameSoundAbove' | 'levels'> | undefined;

interface HeardSound {
  label: string;
  embedding: MadeEmbedding;
  /** The verifier's score; null: there is none. */
  score: number | null;
}

/** How similar two clips must be to count as the same sound. */
export interface Likeness {
  /** The cosine of their embeddings. */
  above: number;
  /** Their centred cosine; null: it does not matter. */
  centred: { above: number; centre: Float32Array } | null;
}

/** How similar a clip must be to an ignored sound with the same label. `centre`: used only for clips of the same verifier. */
export function neededLikeness(
  { label, embedding: { values, by }, score }: HeardSound,
  verifier: ComparingVerifier,
  centre: MadeEmbedding = RELEASED_CENTRE,
): Likeness {
  const stated = verifier?.sameSoundAbove?.[label];
  if (stated !== undefined) return { above: stated, centred: null };
  const unsure = WHEN_UNSURE[label];
  const isSure = score === null || score >= (verifier?.levels[label]?.medium?.threshold ?? 0);
  if (unsure && !isSure && by === centre.by && values.length >= centre.values.length)
    return { above: unsure.above, centred: { above: unsure.centredAbove, centre: centre.values } };
  return { above: SAME_SOUND_ABOVE[label] ?? OTHERS_ABOVE, centred: null };
}

/**
 * The names of the evidence that measures the rhythms of ISO 8201 (T3) and EN 50291 (T4). Its values are above 0 after a second group of
 * beeps has followed the first at the right time.
 */
const STANDARD_RHYTHMS = ['groups_t3', 'groups_t4', 'rhythm_t3', 'rhythm_t4'];

/**
 * Whether the device measured the rhythm of a smoke or CO alarm. Such a sound is never ignored, however often it is marked as wrong. A
 * safety candidate without these measurements, which an older device sent, counts as one with the rhythm.
 */
export function showsStandardRhythm({ label, why }: Pick<Candidate, 'label' | 'why'>): boolean {
  const measured = STANDARD_RHYTHMS.flatMap((name) => why.evidence[name] ?? []);
  if (measured.length === 0 && labelInfo(label).class === 'safety') return true;
  return measured.some((value) => value > 0);
}

/** The ignored sound that is most similar to the clip, if it is similar enough. */
export function mostAlike<T extends { values: Float32Array }>(
  known: readonly T[],
  clip: Float32Array,
  { above, centred }: Likeness,
): T | null {
  let [best, likeness] = [null as T | null, above];
  for (const one of known) {
    const alike = cosine(one.values, clip);
    if (alike < likeness) continue;
    if (centred && centredCosine(one.values, clip, centred.centre) < centred.above) continue;
    [best, likeness] = [one, alike];
  }
  return best;
}
