import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import type { Trained } from './device-trainer.ts';
import { DEVICE_SHAPE } from './network/device-network.ts';
import { trunkGraph } from './onnx/device-graphs.ts';
import { deviceWeightsOf } from './onnx/read-weights.ts';
import { WorkFolder } from './work-folder.ts';

const RELEASED = join(import.meta.dirname, '..', 'release');
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'earshot-work-'))));
afterAll(() => rm(folder, { recursive: true }));

/** The networks of the release in models/release, and the bytes of its trunk file. */
async function released(): Promise<Trained & { trunk: Uint8Array }> {
  const release = await loadRelease(RELEASED);
  const trunk = await release.read(release.manifest.trunk);
  const heads = await Promise.all(
    release.manifest.heads.map(async (head) => ({ label: head.label, bytes: await release.read(head) })),
  );
  const norm = {
    mean: new Float32Array(DEVICE_SHAPE.bands).fill(-3),
    scale: new Float32Array(DEVICE_SHAPE.bands).fill(0.7),
  };
  const weights = new Map([...deviceWeightsOf(trunk, heads, norm)].map(([name, { data }]) => [name, data]));
  return { trunk, weights, norm };
}

test('a kept trunk is published byte for byte, until a later run in the same folder trains a new trunk', async () => {
  const work = new WorkFolder(folder);
  const { trunk, weights, norm } = await released();
  await work.writeDevice({ weights, norm }, 1, trunk);
  expect(Buffer.compare((await work.deviceGraphs()).trunk, trunk)).toBe(0);
  const moved = new Map([...weights, ['input/bias', new Float32Array(DEVICE_SHAPE.projection)]]);
  await work.writeDevice({ weights: moved, norm }, 1);
  const written = (await work.deviceGraphs()).trunk;
  expect(Buffer.compare(written, trunkGraph(moved, DEVICE_SHAPE, norm))).toBe(0);
  expect(Buffer.compare(written, trunk)).not.toBe(0);
});
