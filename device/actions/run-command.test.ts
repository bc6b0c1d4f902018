import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { runCommand } from './run-command.ts';

let dir: string;
let stop: AbortController;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-command-'));
  stop = new AbortController();
});
afterEach(() => rmSync(dir, { recursive: true }));

const pidFile = () => join(dir, 'pid');
async function pidOf(): Promise<number> {
  while (!existsSync(pidFile()) || readFileSync(pidFile(), 'utf8') === '') await sleep(10);
  return Number(readFileSync(pidFile(), 'utf8'));
}
/** A process that has ended stays in /proc, with an empty command line, until its parent has collected its status. */
const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';

test("the error contains the last line of the command's stderr", async () => {
  const running = runCommand('echo "no card 0" >&2; echo "no speaker" >&2; exit 3', { signal: stop.signal });
  await expect(running).rejects.toThrow('status 3: no speaker');
});

describeUnless(process.platform === 'linux' ? undefined : 'the test reads /proc', 'an abort', () => {
  test('ends the command and its child processes', async () => {
    const running = runCommand(`sleep 600 & echo $! > ${pidFile()}; wait`, { signal: stop.signal });
    const pid = await pidOf();
    stop.abort();
    await running;
    expect(isRunning(pid)).toBe(false);
  });

  test('kills a command that ignores SIGTERM, and does not wait for processes that it left in another session', async () => {
    const command = `trap '' TERM; setsid sleep 5 & echo $$ > ${pidFile()}; while :; do sleep 0.1; done`;
    const running = runCommand(command, { signal: stop.signal });
    const pid = await pidOf();
    const fromMs = performance.now();
    stop.abort();
    await running;
    expect(isRunning(pid)).toBe(false);
    // The `sleep` runs in its own session and keeps stderr open for five seconds.
    expect(performance.now() - fromMs).toBeLessThan(4_500);
  });
});
