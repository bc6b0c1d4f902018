import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { Network } from './network.ts';
import { loadRelease } from '../releases/release.ts';
import { writeSyntheticRelease, type SyntheticHead } from '../releases/testing/synthetic-release.ts';

const SMOKE = { label: 'smoke_alarm', band: 40 };
const GLASS = { label: 'glass_break', band: 50 };
const DOG = { label: 'dog_bark', band: 20 };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'network-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function networkWith(heads: SyntheticHead[]): Promise<Network> {
  const { trustedKeys } = await writeSyntheticRelease(dir, heads);
  return Network.load(await loadRelease(dir, { trustedKeys }));
}

/** Scores of `calls` calls on the same noise. */
async function scoresOf(network: Network, calls = 5): Promise<Float32Array[]> {
  const stream = network.openStream();
  const random = seededRandom(3);
  const scores: Float32Array[] = [];
  for (let call = 0; call < calls; call++) {
    stream.features.forEach((_, i) => (stream.features[i] = -4 + 4 * random()));
    scores.push((await stream.run()).slice());
  }
  return scores;
}

const column = (scores: Float32Array[], head: number, heads: number) =>
  scores.flatMap((call) => [...call].filter((_, i) => i % heads === head));

describe('the joined network', () => {
  test('gives a head the same scores to the bit when others are added beside it', async () => {
    const alone = column(await scoresOf(await networkWith([SMOKE])), 0, 1);
    const among = column(await scoresOf(await networkWith([DOG, SMOKE, GLASS])), 1, 3);
    expect(among).toEqual(alone);
    expect(new Set(alone).size).toBeGreaterThan(20);
  });

  test('carries its state from call to call, and from zero again after reset', async () => {
    const network = await networkWith([SMOKE]);
    const stream = network.openStream();
    stream.features.fill(-4);
    const first = (await stream.run()).slice();
    const second = (await stream.run()).slice();
    stream.reset();
    expect((await stream.run()).slice()).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test('keeps the state of each source apart', async () => {
    const network = await networkWith([SMOKE, GLASS]);
    const expected = await scoresOf(network);
    const other = network.openStream();
    other.features.fill(-2);
    const [disturbed] = await Promise.all([scoresOf(network), other.run(), other.run()]);
    expect(disturbed).toEqual(expected);
  });

  test('names the head whose file is no ONNX model', async () => {
    const { trustedKeys } = await writeSyntheticRelease(dir, [SMOKE]);
    const release = await loadRelease(dir, { trustedKeys });
    const read = async (entry: { file: string }) =>
      entry.file.startsWith('head') ? new TextEncoder().encode('not a model') : release.read(entry as never);
    await expect(Network.load({ ...release, read })).rejects.toMatchObject({
      code: 'RELEASE_BROKEN',
      message: expect.stringContaining('smoke_alarm'),
    });
  });
});
