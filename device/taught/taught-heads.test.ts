import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { Network } from '../network/network.ts';
import { loadRelease, type Release } from '../releases/release.ts';

const RELEASE = fileURLToPath(new URL('../../models/release', import.meta.url));
const LABEL = 'taught_security_doorbell_0001';

let dir: string;
let release: Release;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-taught-'));
  release = await loadRelease(RELEASE);
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A taught sound whose head is a copy of a released head, so its scores are known. */
function taught(change: Partial<TaughtSoundFile> = {}): TaughtSoundFile {
  const level = { threshold: 0.5, perDay: 0.2, missRate: 0.1 };
  return {
    schema: 1,
    label: LABEL,
    trunkSha256: release.manifest.trunk.sha256,
    levels: { low: level, medium: level, high: level },
    decision: {
      bias: 0,
      weights: { [`peak_${LABEL}`]: Math.LN10 },
      floor: 0.1,
      refractoryS: 30,
      holdS: 4,
      burst: 6,
      refillS: 60,
    },
    figures: { found: 0.9, mistakesPerDay: 0.2 },
    head: readFileSync(join(RELEASE, 'head-dog_bark.onnx')).toString('base64'),
    ...change,
  };
}

/** The scores on the same random features, one row for each step. */
async function rowsOf(network: Network): Promise<number[][]> {
  const stream = network.openStream();
  const random = seededRandom(5);
  const heads = network.labels.length;
  const rows: number[][] = [];
  for (let call = 0; call < 4; call++) {
    stream.features.forEach((_, i) => (stream.features[i] = -5 + 4 * random()));
    const scores = await stream.run();
    for (let step = 0; step < stream.stepsPerCall; step++)
      rows.push([...scores.subarray(step * heads, (step + 1) * heads)]);
  }
  await network.close();
  return rows;
}

describe('a taught head next to the released heads', () => {
  test('has its own scores and leaves the scores of the released heads unchanged, to the bit', async () => {
    const released = await rowsOf(await Network.load(release));
    const network = await Network.load(release, [taught()]);
    expect(network.labels.at(-1)).toBe(LABEL);
    const dog = network.labels.indexOf('dog_bark');
    const rows = await rowsOf(network);
    expect(rows.map((row) => row.slice(0, -1))).toEqual(released);
    expect(rows.map((row) => row.at(-1))).toEqual(released.map((row) => row[dog]));
  });

  test('is ignored when it was trained for another trunk', async () => {
    const network = await Network.load(release, [taught({ trunkSha256: '0'.repeat(64) })]);
    expect(network.labels).toEqual(release.manifest.heads.map(({ label }) => label));
    await network.close();
  });

  test('is refused with its label when it is not an ONNX file', async () => {
    const broken = taught({ head: Buffer.from('no model').toString('base64') });
    await expect(Network.load(release, [broken])).rejects.toThrow(LABEL);
  });
});
