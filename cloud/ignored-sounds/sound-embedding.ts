import { decodeEmbedding, encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { LOUDEST_PART_VERSION } from './loudest-part.ts';

/** The verifier's embeddings of one sound. */
export interface SoundEmbedding {
  clip: Float32Array;
  /**
   * The names that the verifier gives to the loudest part: one number for each sound that it can name. Null: sounds of this label are compared
   * without it, or another version of the program embedded the sound.
   */
  loudest: Float32Array | null;
}

/** A sound's embeddings and the verifier that made them (SHA-256 of its file). */
export interface MadeSoundEmbedding extends SoundEmbedding {
  by: string;
}

/** A character that base64 does not use. */
const BETWEEN = '.';

/**
 * The stored form: the base64 of each embedding and the version of the loudest part, with full stops between them. Versions before the first
 * number stored none.
 */
export function encodeSound({ clip, loudest }: SoundEmbedding): string {
  const ofLoudest = loudest ? [encodeEmbedding(loudest), LOUDEST_PART_VERSION] : [];
  return [encodeEmbedding(clip), ...ofLoudest].join(BETWEEN);
}

/** Names of another version of the loudest part cannot be compared, so they count as missing. */
export function decodeSound(text: string): SoundEmbedding {
  const [clip = '', loudest, version = '1'] = text.split(BETWEEN);
  const isCurrent = loudest !== undefined && Number(version) === LOUDEST_PART_VERSION;
  return { clip: decodeEmbedding(clip), loudest: isCurrent ? decodeEmbedding(loudest) : null };
}
