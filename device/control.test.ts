import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EarshotError } from '@earshot/shared/errors.ts';
import { askDaemon, openControl } from './control.ts';

let home: string;
let control: Server | null = null;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'earshot-control-'))));
afterEach(() => {
  control?.close();
  control = null;
  rmSync(home, { recursive: true });
});

describe('requests to the daemon of a home', () => {
  test('report that no daemon runs and how to start one', async () => {
    await expect(askDaemon(home, 'GET /status')).rejects.toMatchObject({
      code: 'NO_DAEMON',
      message: `No Earshot daemon runs on this machine. No process answers for ${resolve(home)}.`,
      todo: expect.stringContaining('npx earshot device'),
    });
  });

  test("return the daemon's answer", async () => {
    control = await openControl(home, { 'GET /status': async () => ({ release: '1' }) });
    expect(await askDaemon(home, 'GET /status')).toEqual({ release: '1' });
  });

  test('report an error of the daemon with its message only once', async () => {
    const failing = async () => {
      throw new EarshotError('AUDIO_PLAYER', 'The self-test ran "aplay": status 1.');
    };
    control = await openControl(home, { 'POST /selftest': failing });
    await expect(askDaemon(home, 'POST /selftest')).rejects.toMatchObject({
      code: 'AUDIO_PLAYER',
      message: 'The speaker could not be used. The self-test ran "aplay": status 1.',
    });
  });

  test('a second daemon is refused on the same home', async () => {
    control = await openControl(home, { 'GET /status': async () => ({}) });
    await expect(openControl(home, {})).rejects.toMatchObject({ code: 'USAGE' });
  });
});
