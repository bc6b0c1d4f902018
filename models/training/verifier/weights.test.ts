import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { VERIFIER_LABELS } from './example.ts';
import { HIDDEN } from './network.ts';
import { tensorOf } from './verifier-graph.ts';
import { FULL_VERIFIER, MORE_VERIFIER } from './verifier-recipe.ts';
import { hasFront, scoreWeightsIn, verifierWeightsOf } from './weights.ts';

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

test.each([
  ['a full training', FULL_VERIFIER],
  ['a training from a release', MORE_VERIFIER],
])('%s gives the labels units of their own that have such units in the release', async (_, { ownUnits }) => {
  const { tensors } = verifierWeightsOf(await readFile(join(RELEASE, 'verifier.onnx')));
  const { data } = tensorOf(tensors, 'score/kernel');
  const own = data.subarray(HIDDEN * VERIFIER_LABELS.length);
  const released = VERIFIER_LABELS.filter((_, label) =>
    own.some((weight, i) => weight !== 0 && i % VERIFIER_LABELS.length === label),
  );
  expect(released).not.toEqual([]);
  expect(ownUnits.steps > 0 ? ownUnits.labels : []).toEqual(expect.arrayContaining(released));
});

test('an input of the score that a release does not count has the weight 0', async () => {
  const weights = scoreWeightsIn(await readFile(join(RELEASE, 'verifier.onnx')));
  expect([...weights('an input of a later release')]).toEqual(VERIFIER_LABELS.map(() => 0));
  expect(weights('network').every((weight) => weight > 0)).toBe(true);
});
