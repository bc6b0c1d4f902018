import { expect, test } from '@jest/globals';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { Prototypes } from './prototypes.ts';

const TRUNK = 'a'.repeat(64);
const at = (cosine: number) => Float32Array.from([cosine, Math.sqrt(1 - cosine ** 2)]);

test.each([
  ['glass_break', 0.979, 'known'],
  ['glass_break', 0.975, null],
  ['footsteps', 0.982, 'known'],
  // The threshold for footsteps is higher, because sounds that are mistaken for footsteps resemble real footsteps
  // closely.
  ['footsteps', 0.979, null],
])('a sound of %s with a cosine of %d to the ignored sound "known" counts as %j', (label, cosine, found) => {
  const embedding = { trunkSha256: TRUNK, values: encodeEmbedding(at(1)) };
  const prototypes = new Prototypes([{ id: 'known', label, embedding }]);
  expect(prototypes.find(label, { values: at(cosine), by: TRUNK })).toBe(found);
});
