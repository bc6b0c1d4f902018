import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestCloud, type TestCloud } from '@earshot/cloud/testing/test-cloud.ts';
import { credentialsFile } from '@earshot/device/uplink/credentials.ts';
import { ownDevice } from './own-device.ts';

let home: string;
let running: TestCloud;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earshot-own-device-'));
  running = await startTestCloud();
});
afterEach(async () => {
  await running[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

const fail = (error: Error): never => {
  throw error;
};

test('when the cloud has another port than at the first start, the new address is saved for the other commands', async () => {
  const { cloud } = running;
  const file = credentialsFile(home, fail);
  const first = await ownDevice(cloud, home, fail);
  await file.write({ ...first, url: 'http://127.0.0.1:1' });
  const second = await ownDevice(cloud, home, fail);
  expect(second).toEqual({ ...first, url: cloud.url });
  expect(await file.read()).toEqual(second);
});
