import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  symlinkSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STAGING_FOLDER } from '@earshot/cloud/store/backup-staging.ts';
import { startTestCloud } from '@earshot/cloud/testing/test-cloud.ts';
import { beepClip, TestClient } from '@earshot/cloud/testing/test-client.ts';
import { until } from '@earshot/cloud/testing/until.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';

const never = new AbortController().signal;
const createFile = (path: string): string => {
  writeFileSync(path, '');
  return path;
};

describe('backup and restore of a home', () => {
  let dir: string;
  let home: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'earshot-backup-'));
    home = join(dir, 'home');
    file = join(dir, 'earshot.tar.gz');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** A running home with one alert and its recording; returns the tokens of phone and device. */
  const live = async () => {
    mkdirSync(home);
    const server = await startTestCloud({ env: { EARSHOT_HOME: home } });
    const { url, firstHome } = server.cloud;
    const phone = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
    const box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
    const clip = beepClip();
    await box.report(makeCandidate('smoke_alarm', clip), clip);
    await until('it is verified', async () => (await historyOf(phone)).includes('confirmed'));
    return { server, phone, box };
  };
  const historyOf = async (phone: TestClient) =>
    (await phone.call<{ items: { verdict: string }[] }>('GET', '/v1/incidents')).items.map(({ verdict }) => verdict);

  test('history, recording, pairing, keys and permissions are the same after backup, loss and restore', async () => {
    const { server, phone } = await live();
    // The cloud restricts the umask of its own process; the commands run with the user's.
    process.umask(0o022);
    writeFileSync(join(home, 'device.conf'), 'room = Hall\n');
    await backUp(home, file, never);
    const secret = readFileSync(join(home, 'secret'), 'utf8');
    await server[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });

    await restore(home, file, never);
    const readableByOthers = readdirSync(home).filter((name) => (statSync(join(home, name)).mode & 0o077) !== 0);
    expect(readableByOthers.filter((name) => /^(cloud\.db|secret|clips)/.test(name))).toEqual([]);
    expect(readFileSync(join(home, 'secret'), 'utf8')).toBe(secret);
    expect(readFileSync(join(home, 'device.conf'), 'utf8')).toBe('room = Hall\n');
    await using again = await startTestCloud({ env: { EARSHOT_HOME: home } });
    const same = new TestClient(again.cloud.url, { ...phone, homeName: '' });
    expect(await historyOf(same)).toEqual(['confirmed']);
    const { items } = await same.call<{ items: { id: string; evidence: { candidateId: string }[] }[] }>(
      'GET',
      '/v1/incidents',
    );
    const { url } = await same.call<{ url: string }>(
      'GET',
      `/v1/incidents/${items[0]?.id}/clips/${items[0]?.evidence[0]?.candidateId}`,
    );
    const sound = await fetch(new URL(url, again.cloud.url));
    expect([sound.status, new Uint8Array(await sound.arrayBuffer())]).toEqual([200, beepClip()]);
  });

  test('a backup of a home in use contains everything that was committed before', async () => {
    const { server, box } = await live();
    const busy = (async () => {
      // A home may report fifteen non-urgent sounds at once.
      for (let n = 0; n < 12; n++) {
        const clip = beepClip();
        await box.report(makeCandidate('glass_break', clip), clip);
      }
    })();
    await backUp(home, file, never);
    await busy;
    await server[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
    await restore(home, file, never);
    await using again = await startTestCloud({ env: { EARSHOT_HOME: home } });
    const count = await again.cloud.parts.database.queries
      .selectFrom('incidents')
      .select('label')
      .where('label', '=', 'smoke_alarm')
      .execute();
    expect(count).toHaveLength(1);
  });

  test('a file that exists is replaced only with force', async () => {
    const { server } = await live();
    writeFileSync(file, 'the backup of another home');
    await expect(backUp(home, file, never)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`${file} exists already. Choose another name, or replace it with --force.`),
    });
    expect(readFileSync(file, 'utf8')).toBe('the backup of another home');
    await backUp(home, file, never, { force: true });
    await server[Symbol.asyncDispose]();
    expect(statSync(file).size).toBeGreaterThan(1_000);
  });

  test('of two simultaneous backups to the same file one fails, and the other one is complete', async () => {
    const { server } = await live();
    const ended = await Promise.allSettled([backUp(home, file, never), backUp(home, file, never)]);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'USAGE' } });
    await Promise.all([1, 2].map(() => backUp(home, file, never, { force: true })));
    await server[Symbol.asyncDispose]();
    await restore(join(dir, 'again'), file, never);
    expect(existsSync(join(dir, 'again', 'cloud.db'))).toBe(true);
  });

  /** Rewrites a whole file in place `times` times, each time with another letter. */
  const rewrite = (path: string, times: number): (() => void) => {
    let turn = 0;
    const write = () => {
      if (turn++ < times) writeFileSync(path, Buffer.alloc(4_000_000 + turn * 10, 'abcdef'[turn % 6]!));
    };
    write();
    const timer = setInterval(write, 2);
    return () => clearInterval(timer);
  };

  test('a file that changes while it is copied is copied again', async () => {
    const { server } = await live();
    const stop = rewrite(join(home, 'notes'), 20);
    await backUp(home, file, never).finally(stop);
    await server[Symbol.asyncDispose]();
    await restore(join(dir, 'again'), file, never);
    expect(new Set(readFileSync(join(dir, 'again', 'notes'))).size).toBe(1);
  });

  test('when a file does not stop changing, the error names it and no backup is written', async () => {
    const { server } = await live();
    const stop = rewrite(join(home, 'notes'), Infinity);
    await expect(backUp(home, file, never).finally(stop)).rejects.toMatchObject({
      code: 'BACKUP',
      detail: `${join(home, 'notes')} changed each of the 5 times that it was copied.`,
    });
    await server[Symbol.asyncDispose]();
    expect(existsSync(file)).toBe(false);
  });

  test('a recording that changes while it is read fails the backup', async () => {
    const { server } = await live();
    mkdirSync(join(home, 'clips', 'homes', 'other'), { recursive: true });
    const clip = join(home, 'clips', 'homes', 'other', 'clip');
    writeFileSync(clip, randomBytes(8_000_000));
    const timer = setInterval(() => appendFileSync(clip, 'more'), 1);
    await expect(backUp(home, file, never).finally(() => clearInterval(timer))).rejects.toMatchObject({
      code: 'BACKUP',
      detail: expect.stringContaining('file changed as we read it'),
    });
    await server[Symbol.asyncDispose]();
    expect(existsSync(file)).toBe(false);
  });

  test('only its owner can read the backup, and no temporary file stays behind', async () => {
    const { server } = await live();
    await backUp(home, file, never);
    await server[Symbol.asyncDispose]();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(execFileSync('ls', ['-A', dir], { encoding: 'utf8' }).split('\n').filter(Boolean)).toEqual(
      expect.not.arrayContaining([expect.stringContaining('.earshot-')]),
    );
  });

  const earshot = (command: string, env: NodeJS.ProcessEnv = {}) =>
    execFileSync('/bin/sh', ['-c', `node cli/earshot.js ${command}`], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, EARSHOT_HOME: home, ...env },
    });

  test('a backup to stdout uses the disk of the home and not the folder for temporary files, and leaves nothing in the home', async () => {
    const { server } = await live();
    mkdirSync(join(home, STAGING_FOLDER, 'backup-killed'), { recursive: true });
    writeFileSync(join(home, STAGING_FOLDER, 'backup-killed', 'cloud.db'), 'a copy');
    earshot(`backup - > ${file}`, { TMPDIR: join(dir, 'missing') });
    await server[Symbol.asyncDispose]();
    expect(execFileSync('tar', ['-tzf', file], { encoding: 'utf8' })).not.toContain(STAGING_FOLDER);
    expect(readdirSync(join(home, STAGING_FOLDER))).toEqual(['lock']);
  });

  test('a backup to stdout that fails leaves nothing in the home', async () => {
    const { server } = await live();
    const stop = rewrite(join(home, 'notes'), Infinity);
    await expect(backUp(home, '-', never).finally(stop)).rejects.toMatchObject({ code: 'BACKUP' });
    await server[Symbol.asyncDispose]();
    expect(readdirSync(join(home, STAGING_FOLDER))).toEqual(['lock']);
  });

  test('a backup to stdout is refused when its copies would fill the disk of the home', async () => {
    const { server } = await live();
    await server[Symbol.asyncDispose]();
    mkdirSync(join(home, 'outbox'), { recursive: true });
    // A sparse file: it has this size, but occupies nothing.
    truncateSync(createFile(join(home, 'outbox', 'huge')), 2 ** 43);
    await expect(backUp(home, '-', never)).rejects.toMatchObject({
      code: 'DISK_FULL',
      detail: expect.stringContaining('Write the backup to a file on another disk.'),
    });
    expect(existsSync(join(home, STAGING_FOLDER))).toBe(false);
  });

  test('backup to stdout and restore from stdin into an empty mounted volume', async () => {
    const { server, phone } = await live();
    earshot(`backup - > ${file}`);
    await server[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    earshot(`restore - < ${file}`);
    await using again = await startTestCloud({ env: { EARSHOT_HOME: home } });
    expect(await historyOf(new TestClient(again.cloud.url, { ...phone, homeName: '' }))).toEqual(['confirmed']);
  });

  test('a restore never overwrites a home', async () => {
    const { server } = await live();
    await backUp(home, file, never);
    await expect(restore(home, file, never)).rejects.toMatchObject({ code: 'USAGE' });
    await server[Symbol.asyncDispose]();
  });

  test('a restore from a missing file creates no home', async () => {
    await expect(restore(home, file, never)).rejects.toMatchObject({ code: 'FILE_MISSING', detail: file });
    expect(existsSync(home)).toBe(false);
  });

  test.each([
    ['another archive', () => execFileSync('tar', ['-czf', file, '-C', '/etc', 'hostname'])],
    ['half a backup', () => writeFileSync(file, Buffer.from('1f8b0800', 'hex'))],
  ])('refuses %s, and leaves the home unchanged', async (_, make) => {
    make();
    await expect(restore(home, file, never)).rejects.toMatchObject({ code: 'USAGE' });
    expect(existsSync(home)).toBe(false);
  });

  test('refuses to write the backup into the home itself', async () => {
    const { server } = await live();
    await expect(backUp(home, join(home, 'earshot.tar.gz'), never)).rejects.toMatchObject({ code: 'USAGE' });
    await server[Symbol.asyncDispose]();
  });

  test('refuses to write the backup into the home through a link', async () => {
    const { server } = await live();
    const link = join(dir, 'link');
    symlinkSync(home, link);
    await expect(backUp(home, join(link, 'earshot.tar.gz'), never)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(backUp(link, join(home, 'earshot.tar.gz'), never)).rejects.toMatchObject({ code: 'USAGE' });
    await server[Symbol.asyncDispose]();
  });

  test('names the folder when the file for a backup lies in a missing folder, or is itself a folder', async () => {
    const { server } = await live();
    await expect(backUp(home, join(dir, 'missing', 'earshot.tar.gz'), never)).rejects.toMatchObject({
      code: 'USAGE',
      detail: expect.stringContaining('missing does not exist'),
    });
    await expect(backUp(home, dir, never)).rejects.toMatchObject({ code: 'USAGE' });
    await server[Symbol.asyncDispose]();
  });

  test('refuses to back up a folder without a home', async () => {
    mkdirSync(home);
    chmodSync(home, 0o700);
    await expect(backUp(home, file, never)).rejects.toMatchObject({ code: 'USAGE' });
    expect(existsSync(file)).toBe(false);
  });
});
