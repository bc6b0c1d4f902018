import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ENTRY = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'earshot-listen-'))));
afterEach(() => rmSync(home, { recursive: true }));

test.each([[[]], [['--json']]])(
  'a file that cannot be read is told of once, and the exit status says so too (%j)',
  (flags) => {
    const path = join(home, 'no-sound.wav');
    writeFileSync(path, 'This is no sound.');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [ENTRY, 'device', '--listen', path, '--fast', ...flags],
      { env: { ...process.env, EARSHOT_HOME: home, EARSHOT_LEAN: '', NODE_OPTIONS: '' }, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stdout.match(/The audio cannot be read/g)).toHaveLength(1);
    expect(stderr).toBe('');
  },
  60_000,
);
