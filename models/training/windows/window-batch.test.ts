import { expect, test } from '@jest/globals';
import { Random } from '../../synthesis/random.ts';
import { drawWindows, embeddingScale, windowNormalisation } from './window-batch.ts';
import type { WindowShard } from './window-shard.ts';

const frames = 60;
const bands = 30;
const windows = 4;

/** A shard in which window n has the level n, with some noise. Its target, logit and embedding identify the window. */
function shard(): WindowShard {
  const random = new Random('windows');
  return {
    windows,
    frames,
    bands,
    labels: ['smoke_alarm'],
    classes: ['Speech'],
    embeddingSize: 1,
    mels: Uint8Array.from({ length: windows * frames * bands }, (_, i) =>
      Math.round(60 + 40 * Math.floor(i / (frames * bands)) + random.uniform(-10, 10)),
    ),
    targets: Uint8Array.of(0, 1, 0, 1),
    logits: Int8Array.of(-100, -50, 50, 100),
    embeddings: Int16Array.of(-2_048, -1_024, 1_024, 2_048),
  };
}

const draw = (seed: string, batch = 40) => {
  const of = shard();
  return drawWindows([of], batch, windowNormalisation(of), embeddingScale(of), new Random(seed));
};

/** The share of masked values. A masked value is exactly the mean of its band, which is 0 after the normalisation. */
const lostShare = (features: Float32Array): number => features.filter((x) => x === 0).length / features.length;

test('a window is changed at random each time it is used; the same random numbers give the same change', () => {
  expect(draw('a').features).toEqual(draw('a').features);
  expect(draw('a').features).not.toEqual(draw('b').features);
});

test('masks hide a part of a window, but never most of it', () => {
  const { features } = draw('holes');
  const size = frames * bands;
  const shares = Array.from({ length: 40 }, (_, row) => lostShare(features.subarray(row * size, (row + 1) * size)));
  expect(shares.filter((share) => share === 0).length).toBeGreaterThan(2);
  expect(shares.filter((share) => share > 0.01).length).toBeGreaterThan(12);
  expect(Math.max(...shares)).toBeLessThan(0.8);
});

test('each window in a batch keeps its own target, teacher scores and embedding', () => {
  const { features, targets, scores, embeddings } = draw('answers');
  for (let row = 0; row < 40; row++) {
    const speech = scores[row] as number;
    const level = features.subarray(row * frames * bands, (row + 1) * frames * bands).reduce((sum, x) => sum + x, 0);
    const quiet = speech < 0.5;
    expect(Math.sign(embeddings[row] as number)).toBe(quiet ? -1 : 1);
    // The levels of windows 0 and 3 differ by more than any random change of level.
    if (Math.abs(speech - 0.5) > 0.49) {
      expect(targets[row]).toBe(quiet ? 0 : 1);
      expect(Math.sign(level)).toBe(quiet ? -1 : 1);
    }
  }
});
