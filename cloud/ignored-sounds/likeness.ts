import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { cosine } from '@earshot/shared/features/embedding.ts';

/** The thresholds when the manifest of the release states none. docs/learning.md says how they were chosen. */
const SAME_SOUND_ABOVE: Record<string, number> = { smoke_alarm: 0.99 };
const OTHERS_ABOVE = 0.994;

/** The manifest's `verifier.sameSoundAbove`. */
export type StatedLikeness = Readonly<Record<string, number>> | undefined;

/** How similar (cosine) the embeddings of two clips must be to count as the same sound. */
export function sameSoundAbove(label: string, stated: StatedLikeness): number {
  return stated?.[label] ?? SAME_SOUND_ABOVE[label] ?? OTHERS_ABOVE;
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
  threshold: number,
): T | null {
  let [best, likeness] = [null as T | null, threshold];
  for (const one of known) {
    const alike = cosine(one.values, clip);
    if (alike >= likeness) [best, likeness] = [one, alike];
  }
  return best;
}
