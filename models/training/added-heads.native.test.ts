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
import { DEVICE_SHAPE, newWeights, type NetworkShape } from './network/device-network.ts';
import type { NamedTensor } from './network/tensor-file.ts';
import { headGraph, trunkGraph } from './onnx/device-graphs.ts';
import { QUICK } from './recipe.ts';
import { WorkFolder } from './work-folder.ts';
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

/** A trunk with its heads, and what the next training in the same folder needs. */
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

const asReleased =
  ({ weights }: Trained) =>
  (): ReadonlyMap<string, NamedTensor> =>
    new Map([...weights].map(([name, data]) => [name, { shape: [data.length], data }]));

describe('adding a head', () => {
  it('changes no byte of the trunk or of another head', async () => {
    const { folder, common, base } = await trained();
    const before = filesOf(base, TRUNK_LABELS);
    const recipe = { ...QUICK, device: { ...RECIPE }, addedSteps: 4 };
    const grown = await addHeads(base, ADDED_LABELS, { recipe, seed: 1, work: folder }, common);
    expect(filesOf(grown, TRUNK_LABELS)).toEqual(before);
    expect(Object.keys(filesOf(grown, TRAINED_LABELS))).toEqual(['trunk', ...TRAINED_LABELS]);
  });

  it('fits the new head: its weights change', async () => {
    const { folder, common, base } = await trained();
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
    const { folder, common, base } = await trained();
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

  it('releases a trunk that was trained further with the heads that were trained with it, and with no others', async () => {
    const { folder, common, base } = await trained();
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

  it('keeps a trunk in the work folder to the byte, until a run trains its own', async () => {
    await initBackend();
    const work = new WorkFolder(await mkdtemp(join(tmpdir(), 'earshot-kept-')));
    const weights = new Map(
      Object.entries(newWeights(DEVICE_SHAPE, ['door'], 1)).map(([name, weight]) => [
        name,
        new Float32Array(weight.dataSync()),
      ]),
    );
    const norm = {
      mean: new Float32Array(DEVICE_SHAPE.bands),
      scale: new Float32Array(DEVICE_SHAPE.bands).fill(1),
    };
    await work.writeDevice({ weights, norm }, 1, new Uint8Array([1, 2, 3]));
    expect([...(await work.deviceGraphs()).trunk]).toEqual([1, 2, 3]);
    await work.writeDevice({ weights, norm }, 1);
    expect(sha256((await work.deviceGraphs()).trunk)).toBe(sha256(trunkGraph(weights, DEVICE_SHAPE, norm)));
  });
});
