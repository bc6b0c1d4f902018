import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestCloud } from '../testing/test-cloud.ts';
import { removeLeftStaging, STAGING_FOLDER, withStaging } from './backup-staging.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'earshot-staging-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const staged = () => readdirSync(join(home, STAGING_FOLDER)).filter((name) => !name.startsWith('lock'));
const leaveOver = () => {
  mkdirSync(join(home, STAGING_FOLDER, 'backup-killed'), { recursive: true });
  writeFileSync(join(home, STAGING_FOLDER, 'backup-killed', 'cloud.db'), 'a copy');
};

test("the copies for a backup are placed inside the home's folder, and are removed at the end, even after a failure", async () => {
  const use = (fails: boolean) =>
    withStaging(home, async (folder) => {
      expect(join(folder, '..')).toBe(join(home, STAGING_FOLDER));
      writeFileSync(join(folder, 'cloud.db'), 'a copy');
      if (fails) throw new Error('no space');
      return 'done';
    });
  expect(await use(false)).toBe('done');
  await expect(use(true)).rejects.toThrow('no space');
  expect(staged()).toEqual([]);
});

test('a backup removes the copies of a killed backup, but not the copies that another backup is using', async () => {
  leaveOver();
  await withStaging(home, async (first) => {
    expect(existsSync(join(home, STAGING_FOLDER, 'backup-killed'))).toBe(false);
    await withStaging(home, async (second) => expect(staged()).toHaveLength(new Set([first, second]).size));
    await removeLeftStaging(home);
    expect(existsSync(first)).toBe(true);
  });
});

test('the copies of a backup in another process are kept until that process is killed', async () => {
  const module = new URL('./backup-staging.ts', import.meta.url).href;
  const script = `import { withStaging } from ${JSON.stringify(module)};
    await withStaging(process.argv[1], () => new Promise(() => { process.stdout.write('ready'); setInterval(() => 0, 1e6); }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, home], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  await removeLeftStaging(home);
  expect(staged()).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(staged()).toHaveLength(1);
  await removeLeftStaging(home);
  expect(staged()).toEqual([]);
});

test('removing leftover copies creates no staging folder in a home without one', async () => {
  await removeLeftStaging(home);
  expect(readdirSync(home)).toEqual([]);
});

test('a cloud that starts removes the copies of a killed backup', async () => {
  leaveOver();
  await using _ = await startTestCloud({ env: { EARSHOT_HOME: home } });
  expect(staged()).toEqual([]);
});

test('a cloud starts even when the copies of a killed backup cannot be removed', async () => {
  writeFileSync(join(home, STAGING_FOLDER), 'a file instead of a folder');
  await using server = await startTestCloud({ env: { EARSHOT_HOME: home } });
  expect((await fetch(new URL('/healthz', server.cloud.url))).status).toBe(200);
});
