import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceCheckpoint, type Beginning } from './device-checkpoint.ts';
import { writeTensors, type NamedTensor } from './network/tensor-file.ts';
import { MORE } from './recipe.ts';

const RECIPE = { ...MORE.device, seed: 1 };
const BEGINNING: Beginning = { network: 'a'.repeat(64), keepTrunk: false };
const WEIGHTS = new Map([['weight/input/bias', { shape: [2], data: Float32Array.of(1, 2) }]]);

/** An optimiser that only stores its state. */
class Optimiser {
  step = 0;
  weights: ReadonlyMap<string, NamedTensor> = new Map();

  save(): Map<string, NamedTensor> {
    return new Map(this.weights);
  }

  restore(weights: ReadonlyMap<string, NamedTensor>, step: number): void {
    this.weights = weights;
    this.step = step;
  }
}

describe('the checkpoint of a training of the device network', () => {
  let folder: string;
  let path: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'earshot-checkpoint-'))));
  beforeEach(async () => {
    path = join(folder, 'device.checkpoint');
    const optimiser = new Optimiser();
    optimiser.restore(WEIGHTS, 200);
    await new DeviceCheckpoint(path, RECIPE, BEGINNING).save(optimiser);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const restored = async (recipe = RECIPE, beginning = BEGINNING): Promise<Optimiser> => {
    const optimiser = new Optimiser();
    await new DeviceCheckpoint(path, recipe, beginning).restore(optimiser);
    return optimiser;
  };

  test('a checkpoint restores step and weights', async () => {
    const { step, weights } = await restored();
    expect(step).toBe(200);
    expect(weights).toEqual(WEIGHTS);
  });

  test('a training without a checkpoint, or with a checkpoint of another recipe, starts from the beginning', async () => {
    expect((await restored({ ...RECIPE, steps: 7 })).step).toBe(0);
    path = join(folder, 'missing.checkpoint');
    expect((await restored()).step).toBe(0);
  });

  test('a checkpoint of a training that began with another release is refused, even if its recipe differs too', async () => {
    const other = restored({ ...RECIPE, steps: 7 }, { ...BEGINNING, network: 'b'.repeat(64) });
    await expect(other).rejects.toMatchObject({ code: 'TRAINING' });
    await expect(other).rejects.toThrow(
      /began with the network aaaaaaaaaaaa; this one begins with the network bbbbbbbbbbbb/,
    );
  });

  test('a checkpoint is refused when the new training differs in whether it keeps the trunk or begins with a release', async () => {
    await expect(restored(RECIPE, { ...BEGINNING, keepTrunk: true })).rejects.toThrow(
      /aaaaaaaaaaaa and keeps its trunk/,
    );
    await expect(restored(RECIPE, { network: null, keepTrunk: false })).rejects.toThrow(/begins with new weights/);
  });

  test('a checkpoint that does not say with which network the training began is refused', async () => {
    await writeTensors(path, { meta: { step: 200, recipe: RECIPE }, tensors: WEIGHTS });
    await expect(restored()).rejects.toThrow(/an unknown network/);
  });
});
