import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { materialFolders } from './material-folders.ts';

const RUN = { folder: 'verifier', seed: 1, corpus: 'corpus' };
const { manifest } = await loadRelease(join(import.meta.dirname, '..', '..', 'release'));
const folders = materialFolders(RUN, manifest);

test('a continued run finds its material, even when the device release was signed again', () => {
  const signedAgain = { ...manifest, version: '2031-01-01.1', createdAt: '2031-01-01T00:00:00Z' };
  expect(materialFolders(RUN, signedAgain)).toEqual(folders);
});

test('a different device has a different folder of candidates, but the same folder of scenes', () => {
  const [head, ...rest] = manifest.heads;
  const levels = { ...head!.levels, high: { threshold: 0.123, perDay: 1, missRate: 0 } };
  const other = materialFolders(RUN, { ...manifest, heads: [{ ...head!, levels }, ...rest] });
  expect(other.scenes).toBe(folders.scenes);
  for (const kind of ['candidates', 'alarms', 'longTones', 'homes', 'days'] as const)
    expect(other[kind]).not.toBe(folders[kind]);
});

test('a different seed or corpus has different folders for all material', () => {
  for (const run of [
    { ...RUN, seed: 2 },
    { ...RUN, corpus: 'other' },
  ]) {
    const other = Object.values(materialFolders(run, manifest));
    for (const folder of Object.values(folders)) expect(other).not.toContain(folder);
  }
});
