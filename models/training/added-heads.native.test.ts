import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { initBackend } from './backend/init-backend.ts';
import { quantise, writeShard } from './data/shard.ts';
import { shardPath } from './data/scene-shards.ts';
import { ADDED_LABELS, TRAINED_LABELS, TRUNK_LABELS } from './data/targets.ts';
import type { DeviceRecipe } from './device-recipe.ts';
import { trainDevice, type StartingNetwork, type Trained, type TrainingRun } from './device-trainer.ts';
import { addHeads } from './fit-device.ts';
import { assignAll, DEVICE_SHAPE, newWeights, trunk, type NetworkShape } from './network/device-network.ts';
import { OldTrunk } from './network/old-trunk.ts';
import { headGraph, trunkGraph } from './onnx/device-graphs.ts';
import { QUICK } from './recipe.ts';
import { Random } from '../synthesis/random.ts';

const SHAPE: NetworkShape = { ...DEVICE_SHAPE, projection: 8, units: 8, headUnits: 4 };
const RECIPE: DeviceRecipe = {
  seed: 1,
  steps: 4,
  peakRate: 1e-3,
  batch: 4,
  shards: 1,
  firstShards: 1,
  stepsPerShard: 10,
  missWeight: 3,
  forgetCost: 0,
};

/** Writes scenes of noise with random expected answers: these tests only check which weights change. */
async function writeNoise(folder: string): Promise<void> {
  const random = new Random('noise');
  const [scenes, frames, steps] = [8, 40, 20];
  await writeShard(shardPath(folder, 0), {
    scenes,
    frames,
    steps,
    bands: SHAPE.bands,
    labels: TRAINED_LABELS,
    mels: Int16Array.from({ length: scenes * frames * SHAPE.bands }, () => quantise(random.uniform(-6, 2))),
    targets: Uint8Array.from({ length: scenes * steps * TRAINED_LABELS.length }, () => random.integer(0, 1)),
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const filesOf = ({ weights, norm }: Trained, labels: readonly string[]): Record<string, string> => ({
  trunk: sha256(trunkGraph(weights, SHAPE, norm)),
  ...Object.fromEntries(labels.map((label) => [label, sha256(headGraph(weights, SHAPE, label))])),
});

/** Trains a trunk with its heads. Returns what a further training in the same folder needs. */
async function trained() {
  await initBackend();
  const folder = await mkdtemp(join(tmpdir(), 'earshot-heads-'));
  await writeNoise(folder);
  const common = {
    shape: SHAPE,
    shardFolder: folder,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  const checkpoint = join(folder, 'trunk.checkpoint');
  const base = await trainDevice({ ...common, recipe: RECIPE, labels: TRUNK_LABELS, checkpoint });
  return { folder, common, base };
}

type Network = Awaited<ReturnType<typeof trained>>;

const asReleased = ({ weights }: Trained): StartingNetwork => ({ id: 'a release', weights: () => weights });

let network: Network;
beforeAll(async () => void (network = await trained()));

describe('a training that keeps the trunk', () => {
  it('changes no byte of the trunk or of another head when it adds a head', async () => {
    const { folder, common, base } = network;
    const before = filesOf(base, TRUNK_LABELS);
    const recipe = { ...QUICK, device: { ...RECIPE }, addedSteps: 4 };
    const grown = await addHeads(base, ADDED_LABELS, { recipe, seed: 1, work: folder }, common);
    expect(filesOf(grown, TRUNK_LABELS)).toEqual(before);
    expect(Object.keys(filesOf(grown, TRAINED_LABELS))).toEqual(['trunk', ...TRAINED_LABELS]);
  });

  it('changes the weights of the head that it adds', async () => {
    const { folder, common, base } = network;
    const fit = (steps: number): Promise<Trained> =>
      trainDevice({
        ...common,
        recipe: { ...RECIPE, steps },
        labels: ['dog_bark'],
        startFrom: asReleased(base),
        keepTrunk: true,
        checkpoint: join(folder, `${steps}.checkpoint`),
      });
    const [short, long] = [await fit(1), await fit(6)];
    expect(filesOf(short, ['dog_bark']).dog_bark).not.toBe(filesOf(long, ['dog_bark']).dog_bark);
  });

  it('changes all heads of the release when it trains them further, but not the trunk', async () => {
    const { folder, common, base } = network;
    const further = await trainDevice({
      ...common,
      labels: TRUNK_LABELS,
      recipe: { ...RECIPE, seed: 2 },
      startFrom: asReleased(base),
      keepTrunk: true,
      checkpoint: join(folder, 'heads.checkpoint'),
    });
    const [before, after] = [filesOf(base, TRUNK_LABELS), filesOf(further, TRUNK_LABELS)];
    expect(after.trunk).toBe(before.trunk);
    for (const label of TRUNK_LABELS) expect(after[label]).not.toBe(before[label]);
  });
});

describe('a training that changes the trunk of a release', () => {
  it('returns only the heads that it trained together with the trunk', async () => {
    const { folder, common, base } = network;
    const labels = TRUNK_LABELS.slice(0, 2);
    const { weights } = await trainDevice({
      ...common,
      recipe: { ...RECIPE, forgetCost: 0.5, seed: 2 },
      labels,
      startFrom: asReleased(base),
      checkpoint: join(folder, 'further.checkpoint'),
    });
    const expected = [...base.weights.keys()].filter(
      (name) => !name.startsWith('head/') || labels.some((label) => name.startsWith(`head/${label}/`)),
    );
    expect([...weights.keys()].sort()).toEqual(expected.sort());
  });

  it('keeps the embedding closer to the old one with a higher `forgetCost`', async () => {
    const { folder, common, base } = network;
    const forgottenAt = async (forgetCost: number): Promise<number> => {
      const { weights } = await trainDevice({
        ...common,
        recipe: { ...RECIPE, steps: 20, peakRate: 1e-2, seed: 2, forgetCost },
        labels: TRUNK_LABELS,
        startFrom: asReleased(base),
        checkpoint: join(folder, `forget-${forgetCost}.checkpoint`),
      });
      const now = newWeights(SHAPE, [], 1);
      assignAll(now, weights);
      const x = tf.randomNormal([20, 6, SHAPE.bands * SHAPE.framesPerStep], 0, 1, 'float32', 5) as tf.Tensor3D;
      const old = new OldTrunk(SHAPE, base.weights);
      const embedding = trunk(now, x).reshape([-1, SHAPE.units]) as tf.Tensor2D;
      return old.loss(embedding, old.embedding(x)).dataSync()[0] ?? NaN;
    };
    expect(await forgottenAt(20)).toBeLessThan((await forgottenAt(0)) / 2);
  });

  it('gives the same weights when it is stopped and continued, and does not continue from another release', async () => {
    const { folder, common, base } = network;
    const train = (name: string, more: Partial<TrainingRun> = {}): Promise<Trained> =>
      trainDevice({
        ...common,
        recipe: { ...RECIPE, steps: 6, seed: 2, forgetCost: 0.5 },
        labels: TRUNK_LABELS,
        startFrom: asReleased(base),
        checkpoint: join(folder, `${name}.checkpoint`),
        checkpointEvery: 2,
        ...more,
      });
    const whole = await train('whole');
    const stop = new AbortController();
    const stopAt4 = ({ step }: { step: number }): void => {
      if (step === 4) stop.abort();
    };
    await expect(train('stopped', { signal: stop.signal, onProgress: stopAt4 })).rejects.toThrow();
    const steps: number[] = [];
    const resumed = await train('stopped', { onProgress: ({ step }) => void steps.push(step) });
    expect(steps).toEqual([5, 6]);
    expect(filesOf(resumed, TRUNK_LABELS)).toEqual(filesOf(whole, TRUNK_LABELS));
    const another = { ...asReleased(base), id: 'another release' };
    await expect(train('stopped', { startFrom: another })).rejects.toMatchObject({ code: 'TRAINING' });
    await expect(train('stopped', { keepTrunk: true })).rejects.toMatchObject({ code: 'TRAINING' });
  });
});
