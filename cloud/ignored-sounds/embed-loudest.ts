import type { CloudParts } from '../parts.ts';
import { readClip } from '../verifier/clip-format.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';
import { neededLikeness } from './likeness.ts';
import { loudestPart } from './loudest-part.ts';
import { namesIn } from './real-glass.ts';

interface StoredClip {
  candidateId: string;
  label: string;
  /** The clip's WAV file. */
  audio: Uint8Array;
  eventStartS: number;
}

/**
 * The names that the verifier gives to the clip's loudest part. Null when sounds of this label are compared without it. Also null after a
 * failure: no alert may fail because of an embedding that is only needed to ignore later sounds.
 */
export async function embedLoudest(
  { releases, log }: Pick<CloudParts, 'releases' | 'log'>,
  scorer: ScoresClips,
  { candidateId, label, audio, eventStartS }: StoredClip,
): Promise<Float32Array | null> {
  const { withLoudest } = neededLikeness(label, releases.require().manifest.verifier);
  if (!withLoudest) return null;
  try {
    const { samples, ...given } = loudestPart(readClip(audio), eventStartS, label);
    const { embedding } = await scorer.score({ ...given, audio: samples });
    return embedding && namesIn(embedding, withLoudest.real);
  } catch (error) {
    log.warn({ err: error, candidateId }, 'the loudest part of a clip could not be embedded');
    return null;
  }
}
