import { setTimeout as pause } from 'node:timers/promises';
import type { CloudParts } from '../parts.ts';
import { readClip } from '../verifier/clip-format.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';
import { neededLikeness } from './likeness.ts';
import { loudestPart } from './loudest-part.ts';
import { namesIn } from './real-glass.ts';

/** An alert waits no longer than this: the embedding only helps to ignore later sounds. */
const LONGEST_MS = 2_000;

interface StoredClip {
  candidateId: string;
  label: string;
  /** The clip's WAV file. */
  audio: Uint8Array;
  eventStartS: number;
}

/**
 * The names that the verifier gives to the clip's loudest part. Null when sounds of this label are compared without it. Also null after a
 * failure or when it takes too long: no alert may fail or wait because of an embedding that is only needed to ignore later sounds.
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
    const scored = await Promise.race([
      scorer.score({ ...given, audio: samples }),
      pause(LONGEST_MS, null, { ref: false }),
    ]);
    if (!scored) log.warn({ candidateId }, 'the loudest part of a clip was not embedded in time');
    return scored?.embedding ? namesIn(scored.embedding, withLoudest.real) : null;
  } catch (error) {
    log.warn({ err: error, candidateId }, 'the loudest part of a clip could not be embedded');
    return null;
  }
}
