import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { askDaemon } from '../control.ts';
import { credentialsFile } from '../uplink/credentials.ts';
import { listen, type ListenOptions } from './listen.ts';

const ENTRY = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'earshot-listen-'))));
afterEach(() => rmSync(home, { recursive: true }));

test.each([[[]], [['--json']]])(
  'reports an unreadable file with exactly one message, and exits with status 1 (flags: %j)',
  (flags) => {
    const path = join(home, 'no-sound.wav');
    writeFileSync(path, 'This is not sound.');
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

const ALARM = fileURLToPath(new URL('../../test-audio/smoke-t3-living-room.wav', import.meta.url));
const RELEASE = fileURLToPath(new URL('../../models/release', import.meta.url));
const QUIET: Omit<ListenOptions, 'home'> = {
  releaseDir: RELEASE,
  listen: [],
  cloud: undefined,
  json: true,
  fast: false,
  rate: 16_000,
  channels: 1,
};

test("prints a camera's address without its password", async () => {
  const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const camera = 'rtsp://admin:secret@127.0.0.1:9/stream';
  await listen({ ...QUIET, json: false, home, listen: [camera] }, AbortSignal.timeout(5_000));
  const printed = print.mock.calls.join('');
  print.mockRestore();
  expect(printed).toContain('listening to rtsp://127.0.0.1:9/stream;');
  expect(printed).not.toContain('secret');
}, 60_000);

test('says how long a recording without a candidate lasted, and which labels the mode does not report', async () => {
  const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const room = join(home, 'quiet.wav');
  writeFileSync(room, writeWav(new Float32Array(65 * 16_000)));
  await listen({ ...QUIET, json: false, fast: true, home, listen: [room] }, new AbortController().signal);
  const printed = print.mock.calls.map(([line]) => line);
  print.mockRestore();
  expect(printed.at(-2)).toBe('ended    0:01:05 heard, no candidate\n');
  expect(printed.at(-1)).toMatch(/^mode {5}Home does not report: breaking glass\. /);
}, 60_000);

test('with a cloud that cannot be reached it ends, says how many alerts are still queued, keeps them, and exits with 1', async () => {
  await credentialsFile(home, () => undefined).write({
    url: 'http://127.0.0.1:9',
    token: 'token',
    deviceId: '0190a5c0-0000-7000-8000-000000000001',
    homeName: '',
  });
  const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const options = { ...QUIET, json: false, fast: true, home, listen: [ALARM], deliveryWaitMs: 500 };
  await listen(options, new AbortController().signal);
  const printed = print.mock.calls.map(([line]) => String(line));
  print.mockRestore();
  const status = process.exitCode;
  process.exitCode = undefined;
  const queued = readdirSync(join(home, 'device', 'outbox')).filter((name) => name.endsWith('.record')).length;
  expect(queued).toBeGreaterThan(0);
  expect(printed.at(-2)).toContain(`${queued} alert${queued === 1 ? ' is' : 's are'} still queued`);
  expect(printed.at(-2)).toMatch(/^problem  UNREACHABLE: .* sent at the next start\./);
  expect(printed.at(-1)).toMatch(/^ended /);
  expect(status).toBe(1);
}, 60_000);

test('an unpaired device says how to pair it and where the code comes from', async () => {
  const cloud = 'http://127.0.0.1:9';
  const refused = listen({ ...QUIET, home, cloud, listen: [ALARM] }, new AbortController().signal);
  await expect(refused).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    detail: `This device is not paired with ${cloud}. Pair it: \`npx earshot device pair CODE --cloud ${cloud}\`.`,
    todo: expect.stringMatching(/code: the app shows one, and `earshot cloud` .* prints one/),
  });
});

test('starts nothing when it is told to stop before the device has started', async () => {
  await listen({ ...QUIET, home }, AbortSignal.abort());
  expect(existsSync(join(home, 'device', 'outbox'))).toBe(false);
});

test.each([0, 1, 5, 20, 50, 100])('a stop %i ms after the start has begun ends the device', async (ms) => {
  const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const room = join(home, 'quiet.wav');
  writeFileSync(room, writeWav(new Float32Array(60 * 16_000)));
  await listen({ ...QUIET, home, listen: [room] }, AbortSignal.timeout(ms));
  print.mockRestore();
  // The control socket no longer exists, so no part of the device runs any more.
  await expect(askDaemon(home, 'GET /status')).rejects.toMatchObject({ code: 'NO_DAEMON' });
});
