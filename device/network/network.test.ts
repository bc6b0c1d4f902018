import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Decision, LabelDecision } from '@earshot/shared/contracts/release.ts';
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

/** The scores of `calls` calls on the same noise. */
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

describe('the network of trunk and heads, joined into one graph', () => {
  test('gives a head the same scores, to the bit, when other heads are added', async () => {
    const alone = column(await scoresOf(await networkWith([SMOKE])), 0, 1);
    const among = column(await scoresOf(await networkWith([DOG, SMOKE, GLASS])), 1, 3);
    expect(among).toEqual(alone);
    expect(new Set(alone).size).toBeGreaterThan(20);
  });

  test('keeps its state from call to call, and starts from zero after a reset', async () => {
    const network = await networkWith([SMOKE]);
    const stream = network.openStream();
    stream.features.fill(-4);
    const first = (await stream.run()).slice();
    const second = (await stream.run()).slice();
    stream.reset();
    expect((await stream.run()).slice()).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test('keeps a separate state for each source', async () => {
    const network = await networkWith([SMOKE, GLASS]);
    const expected = await scoresOf(network);
    const other = network.openStream();
    other.features.fill(-2);
    const [disturbed] = await Promise.all([scoresOf(network), other.run(), other.run()]);
    expect(disturbed).toEqual(expected);
  });

  test('names the head whose file is not an ONNX model', async () => {
    const { trustedKeys } = await writeSyntheticRelease(dir, [SMOKE]);
    const release = await loadRelease(dir, { trustedKeys });
    const read = async (entry: { file: string }) =>
      entry.file.startsWith('head') ? new TextEncoder().encode('not a model') : release.read(entry as never);
    await expect(Network.load({ ...release, read })).rejects.toMatchObject({
      code: 'RELEASE_BROKEN',
      message: expect.stringContaining('smoke_alarm'),
    });
  });

  describe('refuses a decision.json that', () => {
    const refused = async (change: (decision: Decision) => unknown): Promise<unknown> => {
      const { trustedKeys } = await writeSyntheticRelease(dir, [SMOKE, GLASS]);
      const release = await loadRelease(dir, { trustedKeys });
      const read: typeof release.read = async (entry) => {
        const bytes = await release.read(entry);
        if (entry.file !== 'decision.json') return bytes;
        const changed = change(JSON.parse(new TextDecoder().decode(bytes)) as Decision);
        return new TextEncoder().encode(typeof changed === 'string' ? changed : JSON.stringify(changed));
      };
      return Network.load({ ...release, read }).catch((error: unknown) => error);
    };
    const broken = (words: string) => ({ code: 'RELEASE_BROKEN', message: expect.stringContaining(words) });

    test('uses evidence that this version does not measure', async () => {
      const withWeight = (decision: Decision) => {
        (decision.labels['smoke_alarm'] as LabelDecision).weights['smell'] = 1;
        return decision;
      };
      expect(await refused(withWeight)).toMatchObject(broken('smell for smoke_alarm'));
    });

    test('has no entry for a head', async () => {
      const without = ({ labels: { glass_break: _, ...labels }, ...rest }: Decision) => ({ ...rest, labels });
      expect(await refused(without)).toMatchObject(broken('glass_break'));
    });

    test('delays the reports of a label that may save a life', async () => {
      const listening = (label: string) => (decision: Decision) => {
        (decision.labels[label] as LabelDecision).listenOnS = 1;
        return decision;
      };
      expect(await refused(listening('smoke_alarm'))).toMatchObject(broken('listenOnS for smoke_alarm'));
      expect(await refused(listening('glass_break'))).toBeInstanceOf(Network);
    });

    test('contains a value that is not a number', async () => {
      const notFinite = (decision: Decision) => JSON.stringify(decision).replace('"bias":0', '"bias":1e999');
      expect(await refused(notFinite)).toMatchObject(broken('bias'));
    });

    test('is not JSON', async () => {
      expect(await refused(() => 'weights')).toMatchObject(broken('decision.json'));
    });
  });
});
