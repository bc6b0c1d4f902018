import { fileURLToPath } from 'node:url';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { expect, test } from '@jest/globals';
import { SoundBank } from './sound-bank.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

test('models/release-bank was made with the trunk of models/release', async () => {
  const { manifest } = await loadRelease(folder('release'));
  await expect(SoundBank.read(folder('release-bank'), manifest.trunk.sha256)).resolves.toBeDefined();
});
