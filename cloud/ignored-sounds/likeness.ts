import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import type { VerifierEntry } from '@earshot/shared/contracts/release.ts';
import { cosine } from '@earshot/shared/features/embedding.ts';
import type { z } from 'zod';
import { likenessToReal, namesCosine, REAL_GLASS, type RealSounds } from './real-glass.ts';
import type { SoundEmbedding } from './sound-embedding.ts';

/** The thresholds when the manifest of the release states none. docs/learning.md says how they were chosen. */
const SAME_SOUND_ABOVE: Record<string, number> = { smoke_alarm: 0.99 };
const OTHERS_ABOVE = 0.994;

/**
 * Labels of which the loudest parts decide. A device's clip of breaking glass has only the first second of the sound after a long background, so two
 * clips of one room are similar even when the sounds differ. Chosen on `train`.
 */
const WITH_LOUDEST: Record<string, WithLoudest> = {
  glass_break: { above: 0.97, loudestAbove: 0.83, real: REAL_GLASS },
};

/** What the comparison needs of the release's verifier; undefined: there is no release. */
export type ComparingVerifier = Pick<z.infer<typeof VerifierEntry>, 'sameSoundAbove' | 'sha256'> | undefined;

interface WithLoudest {
  /** The cosine of the embeddings of the whole clips. */
  above: number;
  /** The cosine of the names of the loudest parts (`namesCosine`). */
  loudestAbove: number;
  /** The ignored sound must be at least as similar to the other sound as to every one of these real sounds. */
  real: RealSounds;
}

/** How similar two sounds must be to count as the same one. */
export interface Likeness {
  /** The cosine of the embeddings of the whole clips, if nothing else is compared. */
  above: number;
  /** Decides instead when the loudest parts of both sounds are known. Null: the loudest parts do not matter. */
  withLoudest: WithLoudest | null;
}

/** How similar a sound must be to an ignored sound with the same label. */
export function neededLikeness(label: string, verifier: ComparingVerifier): Likeness {
  const stated = verifier?.sameSoundAbove?.[label];
  if (stated !== undefined) return { above: stated, withLoudest: null };
  const withLoudest = WITH_LOUDEST[label];
  return {
    above: SAME_SOUND_ABOVE[label] ?? OTHERS_ABOVE,
    withLoudest: withLoudest && withLoudest.real.by === verifier?.sha256 ? withLoudest : null,
  };
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

/** The ignored sound that is most similar to the sound, if it is similar enough. */
export function mostAlike<T extends SoundEmbedding>(
  known: readonly T[],
  sound: SoundEmbedding,
  likeness: Likeness,
): T | null {
  let [best, most] = [null as T | null, -Infinity];
  for (const one of known) {
    const alike = cosine(one.clip, sound.clip);
    if (alike <= most || !isAlike(one, sound, alike, likeness)) continue;
    [best, most] = [one, alike];
  }
  return best;
}

/** Whether the loudest part of the ignored sound would decide: it is compared for this label, and the clips are similar enough. */
export function needsLoudest(one: SoundEmbedding, sound: SoundEmbedding, { withLoudest }: Likeness): boolean {
  return withLoudest !== null && sound.loudest !== null && cosine(one.clip, sound.clip) >= withLoudest.above;
}

/** `alike`: the cosine of the clips' embeddings. */
function isAlike(
  { loudest: ignored }: SoundEmbedding,
  { loudest: other }: SoundEmbedding,
  alike: number,
  { above, withLoudest }: Likeness,
): boolean {
  if (!withLoudest || !ignored || !other) return alike >= above;
  if (alike < withLoudest.above) return false;
  const names = namesCosine(ignored, other, withLoudest.real);
  return names >= withLoudest.loudestAbove && names >= likenessToReal(ignored, withLoudest.real);
}
