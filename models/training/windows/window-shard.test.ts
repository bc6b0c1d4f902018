import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  byteToMel,
  byteToScore,
  embeddingToInt,
  intToEmbedding,
  melToByte,
  readWindowShard,
  scoreToByte,
  writeWindowShard,
  type WindowShard,
} from './window-shard.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-windows-'));
});
afterEach(() => rm(folder, { recursive: true }));

const shard: WindowShard = {
  windows: 3,
  frames: 2,
  bands: 5,
  labels: ['smoke_alarm'],
  classes: ['Speech', 'Dog'],
  embeddingSize: 2,
  mels: Uint8Array.from({ length: 30 }, (_, i) => i * 8),
  targets: Uint8Array.of(0, 1, 2),
  logits: Int8Array.of(-127, -3, 0, 3, 100, 127),
  embeddings: Int16Array.of(-5_000, 3, 2, 1, 0, 30_000),
};

test('a shard of windows is read exactly as it was written', async () => {
  const path = join(folder, '0.windows');
  await writeWindowShard(path, shard);
  expect(await readWindowShard(path)).toEqual(shard);
  expect(await readWindowShard(join(folder, '1.windows'))).toBeNull();
});

test('a damaged shard of windows is refused', async () => {
  const path = join(folder, '0.windows');
  await writeWindowShard(path, shard);
  const bytes = await readFile(path);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1;
  await writeFile(path, bytes);
  await expect(readWindowShard(path)).rejects.toMatchObject({ code: 'RECORD_CORRUPT' });
});

test('storage in eight bits changes levels by at most a quarter of a decibel, and scores by at most 4 %', () => {
  for (const value of [-6, -3.21, 0, 2.5, 5.4])
    expect(Math.abs((byteToMel[melToByte(value)] as number) - value)).toBeLessThan(0.025);
  for (const score of [0.001, 0.03, 0.5, 0.93, 0.999]) {
    const restored = byteToScore[scoreToByte(score) + 128] as number;
    expect(Math.abs(restored / score - 1)).toBeLessThan(0.04);
  }
  expect(embeddingToInt(-1.234) * intToEmbedding).toBeCloseTo(-1.234, 3);
});
