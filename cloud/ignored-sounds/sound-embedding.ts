import { decodeEmbedding, encodeEmbedding } from '@earshot/shared/features/embedding.ts';

/** The verifier's embeddings of one sound. */
export interface SoundEmbedding {
  clip: Float32Array;
  /**
   * The names that the verifier gives to the loudest part: one number for each sound that it can name. Null: sounds of this label are compared
   * without it, or an older version embedded the sound.
   */
  loudest: Float32Array | null;
}

/** A sound's embeddings and the verifier that made them (SHA-256 of its file). */
export interface MadeSoundEmbedding extends SoundEmbedding {
  by: string;
}

/** A character that base64 does not use. */
const BETWEEN = '.';

/** The stored form: the base64 of each embedding, with a full stop between them. */
export function encodeSound({ clip, loudest }: SoundEmbedding): string {
  return [clip, ...(loudest ? [loudest] : [])].map((values) => encodeEmbedding(values)).join(BETWEEN);
}

export function decodeSound(text: string): SoundEmbedding {
  const [clip = '', loudest] = text.split(BETWEEN);
  return { clip: decodeEmbedding(clip), loudest: loudest === undefined ? null : decodeEmbedding(loudest) };
}
