import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { type AllowScripts, type Lockfile, quietLockfile } from './lockfile.ts';

const readRoot = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'));

test('package-lock.json causes no engine warning, no forbidden install script and no compilation (if it does: npm run lockfile)', async () => {
  const lockfile = (await readRoot('package-lock.json')) as Lockfile;
  const { allowScripts } = (await readRoot('package.json')) as { allowScripts: AllowScripts };
  expect(allowScripts).toMatchObject({ 'onnxruntime-node': false, 'better-sqlite3': false });
  expect(quietLockfile(lockfile, allowScripts)).toEqual(lockfile);
});

test('removes all `engines`, and makes sure that forbidden packages at any depth run no script and are not compiled', () => {
  const lockfile = {
    lockfileVersion: 3,
    packages: {
      'node_modules/allowed': { version: '1.0.0', hasInstallScript: true, engines: { node: '>=22' } },
      'node_modules/unlisted': { hasInstallScript: true },
      'node_modules/@scope/forbidden': { hasInstallScript: true },
      'node_modules/allowed/node_modules/@scope/forbidden': { hasInstallScript: true },
    },
  };
  expect(quietLockfile(lockfile, { allowed: true, '@scope/forbidden': false })).toEqual({
    lockfileVersion: 3,
    packages: {
      'node_modules/allowed': { version: '1.0.0', hasInstallScript: true },
      'node_modules/unlisted': { hasInstallScript: true },
      'node_modules/@scope/forbidden': { gypfile: false },
      'node_modules/allowed/node_modules/@scope/forbidden': { gypfile: false },
    },
  });
});
