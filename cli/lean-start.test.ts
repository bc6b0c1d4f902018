import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ENTRY = fileURLToPath(new URL('earshot.js', import.meta.url));
const SMOKE = fileURLToPath(new URL('../test-audio/smoke-t3-living-room.wav', import.meta.url));
/** Only Linux shows the options and environment with which a process was started. */
const onLinux = process.platform === 'linux' ? test : test.skip;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'earshot-lean-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function start(args: string[]) {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    env: { ...process.env, EARSHOT_HOME: home, EARSHOT_LEAN: '', ORT_DISABLE_TELEMETRY: '', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, lines: createInterface(child.stdout), ended, pid: child.pid! };
}

describe('the daemon restarts itself with less memory', () => {
  onLinux(
    'keeps its pid, uses small pools and cached code, and sends no usage report to the maker of ONNX Runtime',
    async () => {
      const { child, lines, ended, pid } = start(['device', '--listen', SMOKE]);
      const first = (await lines[Symbol.asyncIterator]().next()) as { value: string };
      expect(first.value).toContain('listening to');
      const of = (what: string) => readFileSync(`/proc/${pid}/${what}`, 'utf8').split('\0');
      expect(of('cmdline')).toEqual(
        expect.arrayContaining(['--max-semi-space-size=1', '--expose-gc', 'device', SMOKE]),
      );
      expect(of('environ')).toEqual(
        expect.arrayContaining(['EARSHOT_LEAN=1', 'MALLOC_ARENA_MAX=1', 'ORT_DISABLE_TELEMETRY=1']),
      );
      expect(existsSync(join(home, 'device', 'compiled'))).toBe(true);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    },
    60_000,
  );

  onLinux(
    'processes a file to its end and prints what it detected on the original pipes',
    async () => {
      const { lines, ended } = start(['device', '--listen', SMOKE, '--fast', '--json']);
      const printed: { type: string; label?: string }[] = [];
      for await (const line of lines) printed.push(JSON.parse(line) as { type: string; label?: string });
      expect(await ended).toBe(0);
      expect(printed).toContainEqual(expect.objectContaining({ type: 'candidate', label: 'smoke_alarm' }));
    },
    60_000,
  );

  onLinux(
    'a command that ends at once writes no code cache',
    async () => {
      const { ended } = start(['device', 'status']);
      expect(await ended).not.toBeNull();
      expect(existsSync(join(home, 'device', 'compiled'))).toBe(false);
    },
    60_000,
  );
});
