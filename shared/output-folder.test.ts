import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeOutputFolder } from './output-folder.ts';

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'earshot-output-'))));
afterEach(() => rm(dir, { recursive: true }));

test('creates the folder and its parents, and accepts a folder that exists', async () => {
  const folder = join(dir, 'a', 'b');
  await makeOutputFolder('--out', folder);
  await makeOutputFolder('--out', folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test.each([
  ['', /--out is .*taken, which is a file and not a folder/],
  ['/below', /--out is .*below, but .*taken is a file and not a folder/],
])('refuses a path in which a file stands in the place of a folder: FILE%s', async (below, says) => {
  await writeFile(join(dir, 'taken'), '');
  await expect(makeOutputFolder('--out', `${join(dir, 'taken')}${below}`)).rejects.toThrow(says);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux.each(['/proc/earshot/report', '/sys/earshot/report'])('refuses %s without hanging', async (folder) => {
  await expect(makeOutputFolder('--out', folder)).rejects.toMatchObject({
    code: 'DISK_UNWRITABLE',
    message: expect.stringContaining(`--out is ${folder}`),
  });
});
