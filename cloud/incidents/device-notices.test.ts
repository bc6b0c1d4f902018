import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { takeHeartbeat } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';

const MINUTE = 60_000;
const BEAT: Heartbeat = {
  software: '0.1.0',
  release: '2026-01-01.1',
  releaseState: { state: 'running', message: null },
  labels: ['smoke_alarm'],
  uptimeS: 1,
  settingsVersion: 1,
  sources: [{ name: 'mic', state: 'healthy', reason: null, levelDbfs: -50 }],
  hears: [],
  outbox: { records: 0, bytes: 0, full: false, corrupt: 0 },
  cpuPercent: 0.1,
  rssMb: 80,
  gateSavedPercent: 0,
};

let home: TestParts;
let hall: Caller;
const beat = (given: Partial<Heartbeat> = {}) => takeHeartbeat(home.parts, hall, { ...BEAT, ...given });
const notices = async () => (await home.incidents()).map(({ label, state }) => `${label} ${state}`);

beforeEach(async () => {
  home = await TestParts.open();
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

test('a device without a heartbeat for ten minutes is reported once, and its next heartbeat ends the notice', async () => {
  await beat();
  await home.pass(9 * MINUTE);
  expect(await notices()).toEqual([]);
  await home.pass(30 * MINUTE);
  expect(await notices()).toEqual(['device_silent open']);
  expect(await home.outbox()).toEqual(['Owner: upkeep']);
  await beat();
  expect(await notices()).toEqual(['device_silent cleared']);
});

test('a deaf microphone is reported with what is wrong and what to do, and the notice ends when the microphone works again', async () => {
  const deaf: Heartbeat['sources'] = [{ name: 'mic', state: 'deaf', reason: 'all_zero', levelDbfs: null }];
  for (let n = 0; n < 3; n++) await beat({ sources: deaf });
  expect(await home.incidents()).toMatchObject([
    { label: 'microphone_deaf', state: 'open', devices: [{ name: 'Hall' }] },
  ]);
  expect((await home.incidents())[0]?.summary).toBe(
    'Microphone hears nothing in Hall. It sends only silence. Check that it is switched on and not muted.',
  );
  await beat();
  expect(await notices()).toEqual(['microphone_deaf cleared']);
  expect(await home.outbox()).toEqual(['Owner: upkeep']);
});

test('with several microphones the notice names each that hears nothing; an unknown reason gets a general hint', async () => {
  const camera = 'rtsp://10.0.0.7/live';
  await beat({
    sources: [
      { name: 'mic', state: 'healthy', reason: null, levelDbfs: -50 },
      { name: camera, state: 'failed', reason: 'unplugged', levelDbfs: null },
      { name: 'alsa:hw:1', state: 'deaf', reason: 'a reason of a newer device', levelDbfs: null },
    ],
  });
  expect((await home.incidents())[0]?.summary).toBe(
    `Microphone hears nothing in Hall. Microphone ${camera}: it is no longer connected. Plug it in again; for a camera, check its power and network. Microphone alsa:hw:1: check the microphone and its cable.`,
  );
});

test('a full outbox is reported', async () => {
  await beat({ outbox: { records: 500, bytes: 1, full: true, corrupt: 0 } });
  expect(await notices()).toEqual(['outbox_filling open']);
});

test('the answer to a heartbeat contains the settings when the device has outdated ones, and the release that it should run', async () => {
  expect((await beat()).settings).toBeNull();
  expect((await beat({ settingsVersion: 0 })).settings).toMatchObject({ version: 1, mode: 'home' });
});

test('a heartbeat that changes nothing is not always written to the database', async () => {
  await beat();
  await home.clock.advance(5_000);
  await beat({ uptimeS: 6 });
  const { lastHeartbeatAtMs } = await home.parts.database.queries
    .selectFrom('devices')
    .select('lastHeartbeatAtMs')
    .executeTakeFirstOrThrow();
  expect(lastHeartbeatAtMs).toBe(home.clock.nowMs() - 5_000);
});
