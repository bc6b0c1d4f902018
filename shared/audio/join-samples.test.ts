import { expect, test } from '@jest/globals';
import { joinSamples } from './join-samples.ts';

test('joins parts of any length in the order in which they are given', () => {
  const parts = [Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)];
  expect([...joinSamples(parts)]).toEqual([1, 2, 3]);
  expect(joinSamples([])).toHaveLength(0);
});

test('joins the parts of minutes of sound, which are too many values for the arguments of one call', () => {
  const minute = new Float32Array(960_000).fill(0.5);
  const joined = joinSamples([minute, minute]);
  expect(joined).toHaveLength(1_920_000);
  expect(joined.at(-1)).toBe(0.5);
});
