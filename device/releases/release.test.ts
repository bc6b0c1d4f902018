import { mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadRelease } from './release.ts';
import { signManifest, writeSyntheticRelease, type SyntheticRelease } from './testing/synthetic-release.ts';

let made: SyntheticRelease;
beforeEach(async () => {
  made = await writeSyntheticRelease(await mkdtemp(join(tmpdir(), 'release-')), [{ label: 'smoke_alarm', band: 40 }]);
});
afterEach(() => rm(made.dir, { recursive: true }));

const load = () => loadRelease(made.dir, { trustedKeys: made.trustedKeys });

describe('loading a release', () => {
  test("returns the manifest and the bytes of the release's files", async () => {
    const release = await load();
    expect(release.manifest).toEqual(made.manifest);
    expect((await release.read(release.manifest.trunk)).length).toBe(made.manifest.trunk.bytes);
  });

  test('refuses a changed byte in any file', async () => {
    for (const file of ['trunk.onnx', 'head-smoke_alarm.onnx', 'verifier.onnx']) {
      const bytes = await readFile(join(made.dir, file));
      const spoiled = Buffer.from(bytes);
      spoiled[100] = (spoiled[100] as number) ^ 1;
      await writeFile(join(made.dir, file), spoiled);
      await expect(load()).rejects.toMatchObject({ code: 'RELEASE_BROKEN', message: expect.stringContaining(file) });
      await writeFile(join(made.dir, file), bytes);
    }
    await expect(load()).resolves.toBeDefined();
  });

  test('refuses a manifest that was edited after signing', async () => {
    const path = join(made.dir, 'manifest.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"threshold": 0.5', '"threshold": 0.9'));
    await expect(load()).rejects.toMatchObject({ code: 'RELEASE_SIGNATURE' });
  });

  test('refuses a signature that is valid but made with a key that is not trusted', async () => {
    await signManifest(made.dir, made.manifest);
    await expect(load()).rejects.toMatchObject({ code: 'RELEASE_SIGNATURE' });
  });

  test('accepts a release with two signatures when either key is trusted', async () => {
    const oldFile = JSON.parse(await readFile(join(made.dir, 'manifest.sig.json'), 'utf8'));
    const newKeys = await signManifest(made.dir, made.manifest);
    const newFile = JSON.parse(await readFile(join(made.dir, 'manifest.sig.json'), 'utf8'));
    await writeFile(
      join(made.dir, 'manifest.sig.json'),
      JSON.stringify({ signatures: [...oldFile.signatures, ...newFile.signatures] }),
    );
    await expect(load()).resolves.toBeDefined();
    await expect(loadRelease(made.dir, { trustedKeys: newKeys })).resolves.toBeDefined();
  });

  test.each(['manifest.json', 'manifest.sig.json', 'trunk.onnx'])('names %s when it is missing', async (file) => {
    await unlink(join(made.dir, file));
    await expect(load()).rejects.toMatchObject({ code: 'RELEASE_MISSING', message: expect.stringContaining(file) });
  });

  test('names the field of a signed manifest that is invalid', async () => {
    const keys = await signManifest(made.dir, { ...made.manifest, version: 'newest' });
    await expect(loadRelease(made.dir, { trustedKeys: keys })).rejects.toMatchObject({
      code: 'RELEASE_BROKEN',
      message: expect.stringContaining('version'),
    });
  });
});
