import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { credentialsFile } from '@earshot/device/uplink/credentials.ts';
import { checkApp, checkCloudReach, checkNetwork } from './installation.ts';

/** Far more than a busy machine needs for an answer. */
const PATIENCE_MS = 100_000;

let home: string;
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'earshot-doctor-'))));
afterEach(() => rm(home, { recursive: true }));

test('the app is BAD until it is built', async () => {
  expect(checkApp(home)).toMatchObject({ state: 'bad', todo: 'npm run prepare' });
  await writeFile(join(home, 'index.html'), '');
  expect(checkApp(home).state).toBe('ok');
});

test('the network of the release in this repository runs', async () => {
  expect(await checkNetwork()).toMatchObject({ state: 'ok', says: expect.stringMatching(/runs release \d{4}-/) });
});

test('a folder without a release is BAD, with advice', async () => {
  expect(await checkNetwork(home)).toMatchObject({ name: 'network', state: 'bad', todo: expect.stringMatching(/./) });
});

describe('the cloud of a paired device', () => {
  let server: Server;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** The doctor's finding for a cloud that answers with this listener. */
  async function findingOf(answer: RequestListener) {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await credentialsFile(home, () => undefined).write({ url, token: 't', deviceId: 'd', homeName: 'Our home' });
    return checkCloudReach(home, PATIENCE_MS);
  }

  test('is ok when it answers', async () => {
    expect(await findingOf((_, response) => void response.end())).toMatchObject({
      state: 'ok',
      says: expect.stringContaining('paired with Our home'),
    });
  });

  test('is reported as "lack" when it refuses the token of this device', async () => {
    const finding = await findingOf(
      ({ url, headers }, response) =>
        void response.writeHead(url === '/v1/heartbeat' && headers.authorization === 'Bearer t' ? 401 : 200).end(),
    );
    expect(finding).toMatchObject({ state: 'lack', todo: expect.stringContaining('npx earshot device pair CODE') });
  });

  test('is BAD when the settings name another cloud, as the device refuses to start then', async () => {
    await writeFile(join(home, 'device.conf'), 'cloud = https://earshot.example\n');
    expect(await findingOf((_, response) => void response.end())).toMatchObject({
      state: 'bad',
      says: expect.stringMatching(/name the cloud https:\/\/earshot\.example, but this device is paired with http:/),
    });
  });

  test('is BAD when the settings cannot be read', async () => {
    await writeFile(join(home, 'device.conf'), 'cloud = here\n');
    expect(await findingOf((_, response) => void response.end())).toMatchObject({
      state: 'bad',
      says: expect.stringContaining('device.conf'),
    });
  });

  test('is ok when its answer carries no date', async () => {
    const finding = await findingOf((_, response) => {
      response.sendDate = false;
      response.end();
    });
    expect(finding.state).toBe('ok');
  });

  test('is BAD when it answers with an error', async () => {
    expect(await findingOf((_, response) => void response.writeHead(500).end())).toMatchObject({
      state: 'bad',
      says: expect.stringContaining('answers 500'),
    });
  });

  test('is BAD when its clock is a day off', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toUTCString();
    expect(await findingOf((_, response) => void response.setHeader('date', yesterday).end())).toMatchObject({
      state: 'bad',
      todo: 'Set whichever clock is wrong.',
    });
  });

  test('is reported as "lack" when nothing answers', async () => {
    expect(await findingOf((request) => void request.socket.destroy())).toMatchObject({
      state: 'lack',
      says: expect.stringContaining('cannot be reached'),
    });
  });
});

test('a device that is not paired is reported as "lack"', async () => {
  expect(await checkCloudReach(home)).toMatchObject({ state: 'lack', says: expect.stringContaining('not paired') });
});

test('a damaged pairing is BAD', async () => {
  await mkdir(join(home, 'device'));
  await writeFile(join(home, 'device', 'cloud.json'), 'sha256 damaged');
  expect(await checkCloudReach(home)).toMatchObject({ state: 'bad', says: expect.stringContaining('cloud.json') });
});
