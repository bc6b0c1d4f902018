import { afterEach, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeFolder } from './home-folder.ts';

const before = process.env.EARSHOT_HOME;
afterEach(() => {
  if (before === undefined) delete process.env.EARSHOT_HOME;
  else process.env.EARSHOT_HOME = before;
});

test('accepts a home that does not exist yet', () => {
  process.env.EARSHOT_HOME = join(tmpdir(), 'not', 'there', 'yet');
  expect(homeFolder()).toBe(join(tmpdir(), 'not', 'there', 'yet'));
});

test('without EARSHOT_HOME the home is .earshot in the current folder', () => {
  delete process.env.EARSHOT_HOME;
  expect(homeFolder()).toBe(resolve('.earshot'));
});

test.each([
  ['', 'which is a file and not a folder'],
  ['/below', 'home-folder.test.ts is a file and not a folder'],
])('EARSHOT_HOME with the path of a file%s is refused with an error that names the file', (below, says) => {
  process.env.EARSHOT_HOME = `${fileURLToPath(import.meta.url)}${below}`;
  expect(homeFolder).toThrow(
    expect.objectContaining({ code: 'SETTING_INVALID', message: expect.stringContaining(says) }),
  );
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('refuses at once a home where no folder can be created, instead of retrying for ever', () => {
  process.env.EARSHOT_HOME = '/proc/earshot/home';
  expect(homeFolder).toThrow(/EARSHOT_HOME/);
});
