import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initBackend } from './backend/init-backend.ts';
import { quantise, writeShard } from './data/shard.ts';
import { shardPath } from './data/scene-shards.ts';
import { ADDED_LABELS, TRAINED_LABELS, TRUNK_LABELS } from './data/targets.ts';
import { trainDevice, type DeviceRecipe, type Trained } from './device-trainer.ts';
import { addHeads } from './fit-device.ts';
import { DEVICE_SHAPE, type NetworkShape } from './network/device-network.ts';
import type { NamedTensor } from './network/tensor-file.ts';
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

/** Noise with random answers: only which weights change matters here. */
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

describe('adding a head', () => {
  it('changes no byte of the trunk or of another head', async () => {
    await initBackend();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-heads-'));
    await writeNoise(folder);
    const common = { shape: SHAPE, shardFolder: folder, signal: new AbortController().signal };
    const base = await trainDevice({
      ...common,
      recipe: RECIPE,
      labels: TRUNK_LABELS,
      checkpoint: join(folder, 'trunk.checkpoint'),
      onProgress: () => undefined,
    });
    const before = filesOf(base, TRUNK_LABELS);
    const recipe = { ...QUICK, device: { ...RECIPE }, addedSteps: 4 };
    const grown = await addHeads(base, ADDED_LABELS, { recipe, seed: 1, work: folder }, common);
    expect(filesOf(grown, TRUNK_LABELS)).toEqual(before);
    expect(Object.keys(filesOf(grown, TRAINED_LABELS))).toEqual(['trunk', ...TRAINED_LABELS]);
  });

  it('fits the new head: its weights change', async () => {
    await initBackend();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-heads-'));
    await writeNoise(folder);
    const common = {
      shape: SHAPE,
      shardFolder: folder,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const base = await trainDevice({
      ...common,
      recipe: RECIPE,
      labels: TRUNK_LABELS,
      checkpoint: join(folder, 'trunk.checkpoint'),
    });
    const fit = (steps: number): Promise<Trained> =>
      trainDevice({
        ...common,
        recipe: { ...RECIPE, steps },
        labels: ['dog_bark'],
        trunkOf: base,
        checkpoint: join(folder, `${steps}.checkpoint`),
      });
    const [short, long] = [await fit(1), await fit(6)];
    expect(filesOf(short, ['dog_bark']).dog_bark).not.toBe(filesOf(long, ['dog_bark']).dog_bark);
  });

  it('keeps the trunk of a release, and fits all of its heads further', async () => {
    await initBackend();
    const folder = await mkdtemp(join(tmpdir(), 'earshot-heads-'));
    await writeNoise(folder);
    const common = {
      shape: SHAPE,
      labels: TRUNK_LABELS,
      shardFolder: folder,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const base = await trainDevice({ ...common, recipe: RECIPE, checkpoint: join(folder, 'trunk.checkpoint') });
    const startFrom = (): ReadonlyMap<string, NamedTensor> =>
      new Map([...base.weights].map(([name, data]) => [name, { shape: [data.length], data }]));
    const further = await trainDevice({
      ...common,
      recipe: { ...RECIPE, seed: 2 },
      startFrom,
      keepTrunk: true,
      checkpoint: join(folder, 'heads.checkpoint'),
    });
    const [before, after] = [filesOf(base, TRUNK_LABELS), filesOf(further, TRUNK_LABELS)];
    expect(after.trunk).toBe(before.trunk);
    for (const label of TRUNK_LABELS) expect(after[label]).not.toBe(before[label]);
  });
});
