import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { main } from './main.ts';
import { ProcessSignals } from './stop-on-signals.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const EARSHOT = fileURLToPath(new URL('./earshot.js', import.meta.url));
const DOORBELL = fileURLToPath(new URL('../test-audio/doorbell.wav', import.meta.url));
const RELEASE = fileURLToPath(new URL('../models/release', import.meta.url));
const help = execFileSync(process.execPath, [EARSHOT, '--help'], { encoding: 'utf8' });

/** The commands under a heading of the help. */
function commandsOf(group: string): string[] {
  const section = help.split(`${group}:\n`)[1]?.split('\n\n')[0] ?? '';
  return [...section.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name ?? '');
}

test.each([
  ['Homeowner', ['start', 'doctor', 'backup', 'restore']],
  ['Device', ['device']],
  ['Operations', ['cloud', 'worker', 'replay', 'train']],
])('the help lists the right commands under %s', (group, commands) => {
  expect(commandsOf(group)).toEqual(expect.arrayContaining(commands));
});

test('the help lists no command twice', () => {
  const all = ['Homeowner', 'Device', 'Operations'].flatMap(commandsOf);
  expect(new Set(all).size).toBe(all.length);
});

test.each([
  [
    ['start', '--port', '99999'],
    "USAGE: option '--port <n>' argument '99999' is invalid. It must be a whole number, from 0 to 65535.",
    'npx earshot start --help',
  ],
  [['device', 'pair'], "USAGE: missing required argument 'code'", 'npx earshot device pair --help'],
  [
    ['device', 'pair', 'WRONG', '--cloud', 'http://127.0.0.1:9'],
    'USAGE: The command cannot run as it was given. "WRONG" is not a pairing code. It has 8 letters and digits',
    'See `npx earshot device pair --help`.',
  ],
  [['fleet', '--halt'], "USAGE: option '--halt <reason>' argument missing", 'npx earshot fleet --help'],
  [['replay', 'test-audio'], "USAGE: required option '--out <dir>' not specified", 'npx earshot replay --help'],
  [
    ['replay', 'test-audio', '--out', 'x', '--stream', '--scenes', '2'],
    'USAGE: Use only one of --stream, --scenes and --house-days.',
    'npx earshot replay --help',
  ],
  [
    ['fleet', '--url', 'foo'],
    'USAGE: The command cannot run as it was given. "foo" is not the address of a cloud',
    'See `npx earshot fleet --help`.',
  ],
  [['strat'], "USAGE: unknown command 'strat'", 'npx earshot --help'],
  [['device', 'instal'], "USAGE: unknown command 'instal'\n(Did you mean install?)", 'npx earshot device --help'],
  [['device', 'hallway'], "USAGE: unknown command 'hallway'\nRun", 'npx earshot device --help'],
  [
    ['device', 'kitchen.wav'],
    "USAGE: unknown command 'kitchen.wav'\n(To listen to it: npx earshot device --listen kitchen.wav)",
    'npx earshot device --help',
  ],
  [
    ['device', 'mic'],
    "USAGE: unknown command 'mic'\n(To listen to it: npx earshot device --listen mic)",
    'npx earshot device --help',
  ],
  [
    ['train', '--labels', 'co_alarm'],
    'USAGE: The command cannot run as it was given. --labels needs --decision-only, --thresholds-only or --verifier-only.',
    'See `npx earshot train --help`.',
  ],
  [
    ['train', '--decision-only', '--thresholds-only', '--from', RELEASE, '--corpus', 'x'],
    'USAGE: The command cannot run as it was given. --thresholds-only cannot be combined with any of --decision-only, --steps,',
    'See `npx earshot train --help`.',
  ],
  [
    ['train', '--verifier-only', '--from', RELEASE, '--corpus', 'x', '--labels', 'smoke'],
    'USAGE: The command cannot run as it was given. The release has no head "smoke". Its heads are: smoke_alarm, co_alarm, ',
    'See `npx earshot train --help`.',
  ],
])(
  '%j prints the error, which begins with its code, and the help command, not the whole help',
  (words, error, where) => {
    const { status, stderr } = spawnSync(process.execPath, [EARSHOT, ...words], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr.startsWith(error)).toBe(true);
    expect(stderr).toContain(where);
    expect(stderr.trim().split('\n').length).toBeLessThan(6);
  },
);

test('earshot device help prints the help of device', () => {
  const stdout = execFileSync(process.execPath, [EARSHOT, 'device', 'help'], { encoding: 'utf8' });
  expect(stdout).toMatch(/^Usage: earshot device /);
});

test.each([
  ['a training', ['--quick']],
  ['a calibration', ['--decision-only', '--from', 'models/release', '--corpus', 'test-audio']],
  ['a calibration of thresholds', ['--thresholds-only', '--from', 'models/release', '--corpus', 'test-audio']],
])('%s refuses a signing key that cannot be read before it starts, not after hours', (_, flags) => {
  const work = join(tmpdir(), 'earshot-no-training');
  const env = { ...process.env, EARSHOT_SIGNING_KEY: join(work, 'no-key') };
  const words = ['train', ...flags, '--work', work];
  const options = { cwd: ROOT, env, encoding: 'utf8', timeout: 20_000 } as const;
  const { status, stderr } = spawnSync(process.execPath, [EARSHOT, ...words], options);
  expect(stderr).toMatch(/^SIGNING_KEY: .*EARSHOT_SIGNING_KEY names .*no-key: there is no such file/);
  expect(status).toBe(1);
  expect(existsSync(work)).toBe(false);
});

test('without EARSHOT_HOME the dead letters are read from the folder that backup reads, and no home is created there', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'earshot-cwd-'));
  const env = { ...process.env, HOME: join(cwd, 'user'), EARSHOT_HOME: '' };
  try {
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [EARSHOT, ...words], { cwd, env, encoding: 'utf8' });
    for (const words of [
      ['worker', '--dead-letters'],
      ['backup', 'x.tar.gz'],
    ])
      expect(run(...words)).toMatchObject({
        stdout: '',
        stderr: expect.stringContaining(join(cwd, '.earshot')),
        status: 2,
      });
    expect(existsSync(join(cwd, '.earshot', 'cloud.db'))).toBe(false);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

describe('a command that is stopped before it was finished', () => {
  test.each([
    ['proving', 'SIGINT', 130, 'Stopped before it was finished.', ['alarms']],
    ['proving', 'SIGTERM', 143, 'Stopped before it was finished.', ['alarms']],
    ['replay', 'SIGTERM', 143, 'Stopped. Run the same command again', [DOORBELL, '--out', 'FOLDER']],
  ])('%s, stopped by %s, ends with exit status %i and says "%s"', async (command, name, status, text, words) => {
    const folder = mkdtempSync(join(tmpdir(), 'earshot-stopped-'));
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const on = jest.spyOn(process, 'on').mockReturnThis();
    const signals = new ProcessSignals(false);
    signals.listen();
    const arrive = on.mock.calls.find(([event]) => event === name)?.[1] as () => void;
    on.mockRestore();
    const before = process.exitCode;
    try {
      await main([command, ...words.map((word) => word.replace('FOLDER', folder))], (withinMs) => {
        const signal = signals.stopSignal(withinMs);
        arrive();
        return signal;
      });
      expect(process.exitCode).toBe(status);
      expect(written.mock.calls.at(-1)?.[0]).toContain(text);
    } finally {
      process.exitCode = before;
      written.mockRestore();
      rmSync(folder, { recursive: true });
    }
  });
});
