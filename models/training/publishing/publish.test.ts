import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { publish } from './publish.ts';
import { fromPrivateKey, type SigningKey } from './signing.ts';
import { WorkFolder } from '../work-folder.ts';

const COMMITTED = join(import.meta.dirname, '..', '..', 'release');
let dir: string;
let key: SigningKey;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earshot-publish-'));
  key = fromPrivateKey(generateKeyPairSync('ed25519').privateKey);
  await writeFile(join(dir, 'keys.json'), JSON.stringify([{ ...key, owner: 'test' }]));
  process.env['EARSHOT_TRUSTED_KEYS'] = join(dir, 'keys.json');
});
afterAll(async () => {
  delete process.env['EARSHOT_TRUSTED_KEYS'];
  await rm(dir, { recursive: true });
});

test('a run that trains only the verifier keeps the trunk, the heads and the thresholds of its release, and cannot be continued with another release', async () => {
  const work = new WorkFolder(join(dir, 'work'));
  await work.make();
  await work.keepRelease(COMMITTED);
  expect(await work.keepRelease(COMMITTED)).toBe(work.begunWith);
  const out = join(dir, 'release');
  const made = await publish(work, out, { verifierFrom: COMMITTED, now: new Date(), keys: [key] });
  const { trunk, heads } = (await loadRelease(COMMITTED)).manifest;
  expect(made.trunk).toEqual(trunk);
  expect(made.heads).toEqual(heads);
  await expect(work.keepRelease(out)).rejects.toMatchObject({ code: 'TRAINING' });
});
