import { expect, test } from '@jest/globals';
import { encodeEmbedding } from '../features/embedding.ts';
import { DeviceEmbedding } from './candidate.ts';
import { MOST_TRUNK_NUMBERS } from './common.ts';
import { Manifest } from './release.ts';

test('the embedding of any trunk that a release may contain fits into a candidate', () => {
  const embeddingOf = (width: number) => ({
    trunkSha256: 'a'.repeat(64),
    values: encodeEmbedding(new Float32Array(2 * width)),
  });
  const { embedding: width } = Manifest.shape.trunk.shape;
  expect(width.safeParse(MOST_TRUNK_NUMBERS).success).toBe(true);
  expect(DeviceEmbedding.safeParse(embeddingOf(MOST_TRUNK_NUMBERS)).success).toBe(true);
  expect(width.safeParse(MOST_TRUNK_NUMBERS + 1).success).toBe(false);
  expect(DeviceEmbedding.safeParse(embeddingOf(MOST_TRUNK_NUMBERS + 1)).success).toBe(false);
});
