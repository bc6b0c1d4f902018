import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { initBackend } from '../backend/init-backend.ts';
import { DEVICE_SHAPE, newWeights, trunk, type NetworkShape, type Weights } from './device-network.ts';
import { OldTrunk } from './old-trunk.ts';

const SHAPE: NetworkShape = { ...DEVICE_SHAPE, projection: 8, units: 8, headUnits: 4 };
const dataOf = (weights: Weights): Map<string, Float32Array> =>
  new Map(Object.entries(weights).map(([name, weight]) => [name, weight.dataSync() as Float32Array]));
const embeddingOf = (weights: Weights, x: tf.Tensor3D): tf.Tensor2D =>
  trunk(weights, x).reshape([-1, SHAPE.units]) as tf.Tensor2D;

describe('the loss that keeps a trunk from forgetting', () => {
  beforeAll(async () => {
    await initBackend();
  });
  const features = (): tf.Tensor3D =>
    tf.randomNormal([20, 6, SHAPE.bands * SHAPE.framesPerStep], 0, 1, 'float32', 5) as tf.Tensor3D;

  it('is zero when the trunk has not changed', () => {
    const weights = newWeights(SHAPE, [], 1);
    const old = new OldTrunk(SHAPE, dataOf(weights));
    const x = features();
    const [loss] = old.loss(embeddingOf(weights, x), old.embedding(x)).dataSync();
    expect(loss).toBeCloseTo(0, 6);
  });

  it("is above 0.5 for an unrelated trunk, so most of the old embedding's variance is lost", () => {
    const old = new OldTrunk(SHAPE, dataOf(newWeights(SHAPE, [], 1)));
    const x = features();
    const [loss] = old.loss(embeddingOf(newWeights(SHAPE, [], 2), x), old.embedding(x)).dataSync();
    expect(loss).toBeGreaterThan(0.5);
  });

  it('becomes small when only the order of the units has changed, because the linear map learns the new order', () => {
    const weights = newWeights(SHAPE, [], 1);
    const old = new OldTrunk(SHAPE, dataOf(weights));
    const x = features();
    const moved = tf.reverse(embeddingOf(weights, x), 1) as tf.Tensor2D;
    const before = old.embedding(x);
    const train = tf.train.adam(0.05);
    const { 'map/kernel': kernel, 'map/bias': bias } = old.weights;
    const first = old.loss(moved, before).dataSync()[0] ?? NaN;
    for (let n = 0; n < 300; n++)
      train.minimize(() => old.loss(moved, before), false, [kernel as tf.Variable, bias as tf.Variable]);
    expect(old.loss(moved, before).dataSync()[0]).toBeLessThan(first / 20);
  });
});
