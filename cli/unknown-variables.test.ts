import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { printableEnvironment } from '@earshot/cloud/config.ts';
import { template } from '@earshot/device/settings/configuration.ts';
import { unknownVariables } from './unknown-variables.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const set = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'x']));

test.each([
  ['EARSHOT_DATABSE_URL', ' Did you mean EARSHOT_DATABASE_URL?'],
  ['EARSHOT_PUBLICURL', ' Did you mean EARSHOT_PUBLIC_URL?'],
  ['EARSHOT_ROM', ' Did you mean EARSHOT_ROOM?'],
  ['EARSHOT_FAVOURITE_COLOUR', ''],
])('warns about %s, which is no setting, without its value', (name, hint) => {
  expect(unknownVariables({ [name]: 'postgres://user:password@host', EARSHOT_PORT: '8080', PATH: '/bin' })).toEqual([
    `Warning: Earshot does not know the environment variable ${name}, so it has no effect.${hint}`,
  ]);
});

test('knows every setting of the cloud and of the device', () => {
  const ofDevice = [...template().matchAll(/^#(\w+) = /gm)].map(([, key = '']) => `EARSHOT_${key.toUpperCase()}`);
  expect(ofDevice).toContain('EARSHOT_MQTT_PASSWORD');
  expect(unknownVariables(set([...Object.keys(printableEnvironment({})), ...ofDevice]))).toEqual([]);
});

test('knows every variable that the code, its tests and the Compose files name', () => {
  const files = globSync('{cli,cloud,device,models,shared}/**/*.{ts,tsx,js,cjs,yaml}', {
    cwd: ROOT,
    exclude: (path) => ['node_modules', 'dist', 'corpus', 'unknown-variables.test.ts'].includes(basename(path)),
  });
  const named = [...files, 'jest.config.js', 'stryker.config.js'].flatMap((file) => [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(/\bEARSHOT_[A-Z\d_]*[A-Z\d]\b/g),
  ]);
  const names = [...new Set(named.map(([name]) => name))];
  expect(names).toEqual(expect.arrayContaining(['EARSHOT_SUITE', 'EARSHOT_ADDRESS', 'EARSHOT_STARTER']));
  expect(unknownVariables(set(names))).toEqual([]);
});

test.each([
  [['worker'], 1],
  [['backup', '/dev/null/x.tar.gz'], 0],
])('%j names an unknown variable %i times', (words, times) => {
  const env = { ...process.env, EARSHOT_SECRTE: 'x', EARSHOT_DATABASE_URL: 'postgres://127.0.0.1:9/none' };
  const { stderr } = spawnSync(process.execPath, [join(ROOT, 'cli/earshot.js'), ...words], { env, encoding: 'utf8' });
  expect(stderr.split('EARSHOT_SECRTE, so it has no effect. Did you mean EARSHOT_SECRET?')).toHaveLength(times + 1);
});
