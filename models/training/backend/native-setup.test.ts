import { access, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { place } from './native-setup.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earshot-place-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function library(name: string, isComplete = true): Promise<string> {
  const path = join(dir, name);
  await mkdir(path);
  await writeFile(join(path, 'name'), name);
  if (isComplete) await writeFile(join(path, '.complete'), '');
  return path;
}

const isThere = (path: string) => (): Promise<boolean> =>
  access(join(path, '.complete')).then(
    () => true,
    () => false,
  );

test('when several processes set up libtensorflow at once, the first one puts it in place and the others leave it there', async () => {
  const to = join(dir, 'library');
  await place(await library('first'), to, isThere(to));
  const others = await Promise.all(['second', 'third', 'fourth'].map((name) => library(name)));
  await Promise.all(others.map((from) => place(from, to, isThere(to))));
  expect(await readFile(join(to, 'name'), 'utf8')).toBe('first');
  expect(await readdir(dir)).toEqual(['library']);
});

test('an incomplete folder of libtensorflow is replaced', async () => {
  const to = await library('library', false);
  await place(await library('new'), to, isThere(to));
  expect(await readFile(join(to, 'name'), 'utf8')).toBe('new');
});

test('when libtensorflow cannot be put in place, the setup fails instead of trying forever', async () => {
  const to = join(dir, 'library');
  await expect(place(join(dir, 'missing'), to, isThere(to))).rejects.toMatchObject({ code: 'ENOENT' });
});
