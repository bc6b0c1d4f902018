import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Sha256 } from '@earshot/shared/contracts/common.ts';
import { cosine, decodeEmbedding, type MadeEmbedding } from '@earshot/shared/features/embedding.ts';

const File = z.object({ verifierSha256: Sha256, values: z.string() });

function readCentre(): MadeEmbedding {
  const text = readFileSync(new URL('./embedding-centre.json', import.meta.url), 'utf8');
  const { verifierSha256, values } = File.parse(JSON.parse(text));
  return { values: decodeEmbedding(values), by: verifierSha256 };
}

/**
 * The mean embedding of many different sounds, by the released verifier. It is shorter than an embedding: it leaves out the device's
 * evidence, which is at the end. `models/replay/likeness/fit-embedding-centre.ts` writes the file.
 */
export const RELEASED_CENTRE = readCentre();

/**
 * The cosine of two embeddings after the centre is subtracted from both. What all sounds have in common makes every plain cosine high; this
 * one is near 0 for two different sounds.
 */
export function centredCosine(a: Float32Array, b: Float32Array, centre: Float32Array): number {
  const around = (embedding: Float32Array): Float32Array => centre.map((mean, at) => (embedding[at] ?? 0) - mean);
  return cosine(around(a), around(b));
}
