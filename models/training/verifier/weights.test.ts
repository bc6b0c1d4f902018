import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { hasFront, verifierWeightsOf } from './weights.ts';

const RELEASE = join(import.meta.dirname, '..', '..', 'release');

test('the released verifier has a convolutional front, and a training can begin with its weights', async () => {
  const onnx = await readFile(join(RELEASE, 'verifier.onnx'));
  expect(hasFront(onnx)).toBe(true);
  expect(verifierWeightsOf(onnx)).toBeDefined();
});

test('a verifier without a convolutional front is recognised, so that a training from its release trains a new front', async () => {
  const onnx = await readFile(join(RELEASE, 'trunk.onnx'));
  expect(hasFront(onnx)).toBe(false);
  expect(() => verifierWeightsOf(onnx)).toThrow(/made with another recipe/);
});
