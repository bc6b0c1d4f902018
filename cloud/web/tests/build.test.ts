import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

describe('the build of the app, which npm runs after an install', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'earshot-build-'));
    await cp(join(import.meta.dirname, '../build.js'), join(root, 'build.mjs'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const installVite = async (code: string) => {
    const vite = join(root, 'node_modules', 'vite');
    await mkdir(vite, { recursive: true });
    await writeFile(join(vite, 'package.json'), JSON.stringify({ name: 'vite', type: 'module', main: 'index.js' }));
    await writeFile(join(vite, 'index.js'), code);
  };
  const run = () => spawnSync(process.execPath, [join(root, 'build.mjs')], { encoding: 'utf8' });

  test('without Vite, the build succeeds and says that it built nothing', () => {
    const { status, stdout } = run();
    expect([status, stdout]).toEqual([0, expect.stringContaining('Vite is not installed')]);
  });

  test.each([
    [
      'a build that fails',
      "export const build = () => Promise.reject(new Error('home.tsx: unexpected token'));",
      'home.tsx',
    ],
    ['a Vite whose native part is missing', "import 'rolldown-for-this-machine';", 'rolldown-for-this-machine'],
  ])('%s makes the install fail, and the output gives the cause and what to do', async (_title, vite, reason) => {
    await installVite(vite);
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toMatch(/the app could not be built\. Repair the cause, then run: npm run prepare\n$/);
  });
});
