import { expect, test } from '@jest/globals';
import { EmbeddingMemory } from './embedding-memory.ts';

const STEP_S = 0.04;
const open = () => new EmbeddingMemory({ sha256: 'a'.repeat(64), embedding: 2 }, STEP_S);

test("an embedding has the highest and the lowest value of each of the trunk's outputs within the last 3 s", () => {
  const memory = open();
  memory.push(Float32Array.of(9, 9), 0);
  for (let step = 0; step < 75; step++) memory.push(Float32Array.of(0, step === 40 ? 3 : 1, step === 50 ? -2 : 0), 1);
  expect([...memory.embedding().values]).toEqual([3, 0, 1, -2]);
});

test('a step that the network skipped has no values, but makes earlier steps older', () => {
  const memory = open();
  memory.push(Float32Array.of(9, 9), 0);
  memory.sleep(74);
  expect([...memory.embedding().values]).toEqual([9, 9, 9, 9]);
  memory.sleep(1);
  expect([...memory.embedding().values]).toEqual([0, 0, 0, 0]);
});

test('a device makes embeddings also after three years, when a 32-bit step counter would have overflowed', () => {
  const memory = open();
  memory.sleep((3 * 365 * 86_400) / STEP_S);
  memory.push(Float32Array.of(1, -1), 0);
  expect([...memory.embedding().values]).toEqual([1, -1, 1, -1]);
});
