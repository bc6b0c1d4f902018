import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Sha256 } from '@earshot/shared/contracts/common.ts';
import { cosine, decodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { LOUDEST_PART_VERSION } from './loudest-part.ts';

/** Real sounds of a label, by one verifier: the names that it gives to the loudest part of each. */
export interface RealSounds {
  by: string;
  /** Where the names start in the verifier's embedding. */
  namesFrom: number;
  names: readonly Float32Array[];
  mean: Float32Array;
}

const File = z.object({
  verifierSha256: Sha256,
  // Names of another version would be compared with names of two kinds.
  loudestPartVersion: z.literal(LOUDEST_PART_VERSION),
  namesFrom: z.number().int().nonnegative(),
  names: z.array(z.string()).min(1),
});

export function realSounds(by: string, namesFrom: number, names: readonly Float32Array[]): RealSounds {
  const mean = names[0]!.map((_, at) => names.reduce((sum, one) => sum + one[at]!, 0) / names.length);
  return { by, namesFrom, names, mean };
}

function readFile(): RealSounds {
  const text = readFileSync(new URL('./real-glass.json', import.meta.url), 'utf8');
  const { verifierSha256, namesFrom, names } = File.parse(JSON.parse(text));
  return realSounds(verifierSha256, namesFrom, names.map(decodeEmbedding));
}

/** Breaking glass of the training recordings. `models/replay/likeness/fit-real-glass.ts` writes the file. */
export const REAL_GLASS = readFile();

/** The names in the embedding of a loudest part. What follows them is the evidence. */
export function namesIn(embedding: Float32Array, { namesFrom, mean }: RealSounds): Float32Array {
  return embedding.slice(namesFrom, namesFrom + mean.length);
}

/**
 * The cosine of the names of two sounds after the mean of the real sounds is subtracted from both. What all such sounds have in common would
 * make every cosine high.
 */
export function namesCosine(a: Float32Array, b: Float32Array, { mean }: RealSounds): number {
  const around = (names: Float32Array): Float32Array => mean.map((value, at) => (names[at] ?? 0) - value);
  return cosine(around(a), around(b));
}

/** How similar the real sound that is most similar is. */
export function likenessToReal(names: Float32Array, real: RealSounds): number {
  return Math.max(...real.names.map((one) => namesCosine(names, one, real)));
}
