import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { register } from './command.ts';

/** The text that commander prints for these arguments, without running a command. */
async function says(...words: string[]): Promise<string> {
  let said = '';
  const program = new Command('earshot');
  register(program, () => new AbortController().signal);
  const write = (text: string) => void (said += text);
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeErr: write, writeOut: write });
  await program.parseAsync(words, { from: 'user' }).catch(() => undefined);
  return said;
}

test.each([
  ['replay', '--out <dir>'],
  ['gate', '--policy <file>'],
])('the help of %s says that %s is required', async (command, option) => {
  expect(await says(command, '--help')).toMatch(new RegExp(`${option} .*\\(required\\)`));
});

test.each([
  [['replay', 'corpus'], "required option '--out <dir>' not specified"],
  [['gate', 'dir'], "required option '--policy <file>' not specified"],
  [['replay', 'corpus', '--outt', 'dir'], "unknown option '--outt'"],
  [['replay', '--out', 'dir'], "missing required argument 'corpus'"],
  [['replay', '--made', '--out', 'dir'], "option '--made' needs '--scenes <n>' or '--house-days <n>'"],
  [['replay', 'corpus', '--made', '--scenes', '1'], "option '--made' plays no corpus"],
  [['replay', 'corpus', '--snr', '10'], "option '--snr' needs '--scenes <n>'"],
  [['gate'], "missing required argument 'dir'"],
])('the arguments %j are refused with a reason', async (words, complaint) => {
  expect(await says(...words)).toContain(complaint);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('a folder for --out that cannot be created is refused before anything is read', async () => {
  const program = new Command('earshot');
  register(program, () => new AbortController().signal);
  const words = ['replay', '/no/such/corpus', '--out', '/proc/earshot/report'];
  await expect(program.parseAsync(words, { from: 'user' })).rejects.toMatchObject({
    code: 'DISK_UNWRITABLE',
    detail: '--out is /proc/earshot/report, and no folder can be created in /proc.',
  });
});
