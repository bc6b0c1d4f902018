import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { addChannel, channelsOf } from '../notify/channels.ts';
import { openTarget, sealPlainTargets } from '../notify/sealed-target.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud } from '../testing/test-cloud.ts';
import { TestParts } from '../testing/test-parts.ts';
import { ServerKeys } from './server-keys.ts';

const SECRET = 'a password that nobody else may read';

describe('the files on the disk', () => {
  let home: string;
  beforeEach(async () => {
    home = join(await mkdtemp(join(tmpdir(), 'earshot-private-')), 'home');
  });
  afterEach(() => rm(join(home, '..'), { recursive: true, force: true }));

  test('all folders (0700) and files (0600) are readable only by the user who runs the cloud, even those of an earlier version', async () => {
    // Give the files the mode that they had in an earlier version.
    await (await startTestCloud({ env: { EARSHOT_HOME: home } })).cloud.stop();
    await mkdir(join(home, 'clips', 'homes', 'old'), { recursive: true });
    await writeFile(join(home, 'clips', 'homes', 'old', 'old.wav'), 'sound');
    for (const path of ['', 'clips', 'clips/homes', 'clips/homes/old']) await chmod(join(home, path), 0o755);
    for (const path of ['clips/homes/old/old.wav', 'cloud.db', 'secret']) await chmod(join(home, path), 0o644);
    await using server = await startTestCloud({ env: { EARSHOT_HOME: home } });
    const { url, firstHome } = server.cloud;
    const box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
    const clip = beepClip();
    await box.report(makeCandidate('smoke_alarm', clip), clip);

    const modes: Record<string, string> = {};
    for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (path.includes('/release')) continue;
      modes[path.slice(home.length)] = ((await stat(path)).mode & 0o777).toString(8);
    }
    expect(((await stat(home)).mode & 0o777).toString(8)).toBe('700');
    expect(Object.keys(modes)).toEqual(expect.arrayContaining(['/cloud.db', '/secret', '/clips/homes/old/old.wav']));
    for (const [path, mode] of Object.entries(modes))
      expect([path, mode]).toEqual([path, /\.(wav|db|db-wal|db-shm|created)$|secret$/.test(path) ? '600' : '700']);
  });
});

test('the database contains neither a token nor a pairing code', async () => {
  await using server = await startTestCloud();
  const { url, firstHome } = server.cloud;
  const { code } = await firstHome.phoneCode();
  const { token } = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  const files = ['cloud.db', 'cloud.db-wal'].map((name) => readFile(join(server.home, name)));
  const bytes = Buffer.concat(await Promise.all(files));
  expect(bytes.includes('Hall')).toBe(true);
  expect([bytes.includes(token), bytes.includes(token.slice(3)), bytes.includes(code)]).toEqual([false, false, false]);
});

describe('the secrets of notification channels', () => {
  let home: TestParts;
  beforeEach(async () => {
    home = await TestParts.open();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const request = { kind: 'webhook' as const, url: 'https://hooks.example.test/1', secret: SECRET };
  const stored = async () => (await channelsOf(home.parts.database.queries, home.owner.id))[0]?.target ?? '';

  test('the secrets of channels are encrypted in the database, and adding the same address twice still gives one channel', async () => {
    await addChannel(home.parts, home.owner, request);
    await addChannel(home.parts, home.owner, request);
    expect(await channelsOf(home.parts.database.queries, home.owner.id)).toHaveLength(1);
    expect(await stored()).not.toMatch(/password|example/);
    expect(openTarget(home.parts.keys, home.owner.id, await stored())).toEqual(request);
  });

  test('the secrets of a channel can be decrypted only with the same server secret and for the same member', async () => {
    await addChannel(home.parts, home.owner, request);
    const other = new ServerKeys('another secret of thirty-two chars');
    const sealed = await stored();
    expect(() => openTarget(other, home.owner.id, sealed)).toThrow('EARSHOT_SECRET');
    expect(() => openTarget(home.parts.keys, 'somebody else', sealed)).toThrow('EARSHOT_SECRET');
  });

  test('secrets of channels that an earlier version stored as plain text are encrypted at the next start', async () => {
    await addChannel(home.parts, home.owner, request);
    const { queries } = home.parts.database;
    await queries
      .updateTable('channels')
      .set({ target: JSON.stringify(request) })
      .execute();
    await sealPlainTargets(home.parts);
    expect(await stored()).not.toMatch(/password|example/);
    expect(openTarget(home.parts.keys, home.owner.id, await stored())).toEqual(request);
  });
});
