import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const help = execFileSync(process.execPath, [fileURLToPath(new URL('./earshot.js', import.meta.url)), '--help'], {
  encoding: 'utf8',
});

/** The commands under a heading of the help. */
function commandsOf(group: string): string[] {
  const section = help.split(`${group}:\n`)[1]?.split('\n\n')[0] ?? '';
  return [...section.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name ?? '');
}

test.each([
  ['Homeowner', ['start', 'doctor', 'backup', 'restore']],
  ['Device', ['device']],
  ['Operations', ['cloud', 'worker', 'replay', 'train']],
])('the help lists under %s the right commands', (group, commands) => {
  expect(commandsOf(group)).toEqual(expect.arrayContaining(commands));
});

test('the help lists no command twice', () => {
  const all = ['Homeowner', 'Device', 'Operations'].flatMap(commandsOf);
  expect(new Set(all).size).toBe(all.length);
});
