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

/** Labels of which less similar clips are the same sound when their loudest parts are similar. Chosen on `train`. */
const WITH_LOUDEST: Record<string, WithLoudest> = {
  glass_break: { above: 0.98, loudestAbove: 0.9, overReal: 0.1, real: REAL_GLASS },
};

/** What the comparison needs of the release's verifier; undefined: there is no release. */
export type ComparingVerifier = Pick<z.infer<typeof VerifierEntry>, 'sameSoundAbove' | 'sha256'> | undefined;

interface WithLoudest {
  /** The cosine of the embeddings of the whole clips. */
  above: number;
  /** The cosine of the names of the loudest parts (`namesCosine`). */
  loudestAbove: number;
  /** How much more similar the ignored sound must be to the other sound than to every one of these real sounds. */
  overReal: number;
  real: RealSounds;
}

/** How similar two sounds must be to count as the same one. */
export interface Likeness {
  /** The cosine of the embeddings of the whole clips, if nothing else is compared. */
  above: number;
  /** For less similar clips. Null: the loudest parts do not matter. */
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

/** Whether the clips of two sounds do not decide whether they are the same one: similar enough only with similar loudest parts. */
export function needsLoudest(one: SoundEmbedding, sound: SoundEmbedding, likeness: Likeness): boolean {
  return sound.loudest !== null && comparedByClip(cosine(one.clip, sound.clip), likeness) === 'unsure';
}

function isAlike(one: SoundEmbedding, sound: SoundEmbedding, alike: number, likeness: Likeness): boolean {
  const compared = comparedByClip(alike, likeness);
  if (compared !== 'unsure') return compared === 'same';
  const { withLoudest } = likeness;
  if (!withLoudest || !one.loudest || !sound.loudest) return false;
  const { loudestAbove, overReal, real } = withLoudest;
  const names = namesCosine(one.loudest, sound.loudest, real);
  return names >= loudestAbove && names >= likenessToReal(one.loudest, real) + overReal;
}

/** `alike`: the cosine of the clips' embeddings. */
function comparedByClip(alike: number, { above, withLoudest }: Likeness): 'same' | 'unsure' | 'different' {
  if (alike >= above) return 'same';
  return withLoudest && alike >= withLoudest.above ? 'unsure' : 'different';
}
