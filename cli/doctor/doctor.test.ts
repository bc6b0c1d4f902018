import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Check, examine, lineOf, nextStep, troubleOf } from './doctor.ts';
import { bad, lack, ok } from './finding.ts';
import { checkCloudReach } from './installation.ts';
import { checkPackages } from './packages.ts';
import { checkClock, checkDisk, checkNode, checkPort } from './machine.ts';

test.each([
  ['20.11.0', 'bad'],
  ['22.17.0', 'bad'],
  ['22.18.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node %s is %s', (version, state) => expect(checkNode(version).state).toBe(state));

test('the check of a writable folder leaves it unchanged', async () => {
  const home = await mkdtemp(join(tmpdir(), 'earshot-doctor-'));
  expect((await checkDisk(home)).says).toMatch(/is writable, \d+ MB free/);
  expect(await readdir(home)).toEqual([]);
  await rm(home, { recursive: true });
});

test('a folder that cannot be created is BAD, with advice', async () => {
  const finding = await checkDisk(join(process.execPath, 'below-a-file'));
  expect(finding).toMatchObject({ state: 'bad', todo: expect.stringContaining('EARSHOT_HOME') });
  expect(await checkCloudReach(join(process.execPath, 'below-a-file'))).toMatchObject({ name: 'cloud', state: 'bad' });
});

test('a clock that shows the year 1970 is BAD', async () => {
  expect((await checkClock(0)).state).toBe('bad');
  expect((await checkClock()).state).not.toBe('bad');
});

test.each([
  ['yes', 'ok', ', synchronised'],
  ['no', 'lack', ', not synchronised'],
  ['unknown', 'ok', 'time zone'],
])('a clock whose NTP synchronisation is "%s" is %s', async (answer, state, words) => {
  const finding = await checkClock(Date.UTC(2026, 5, 1), () => Promise.resolve(answer));
  expect(finding).toMatchObject({ state, says: expect.stringContaining(words) });
});

test('a disk with little free space is reported as "lack", with advice', async () => {
  const home = await mkdtemp(join(tmpdir(), 'earshot-doctor-'));
  expect(await checkDisk(home, Infinity)).toMatchObject({ state: 'lack', todo: expect.stringContaining('Free some') });
  await rm(home, { recursive: true });
});

test('node_modules: a file with two hard links counts once; an unusually large folder is reported as "lack"', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-packages-'));
  await mkdir(join(folder, 'package'));
  await writeFile(join(folder, 'package', 'large'), new Uint8Array(3e6));
  await link(join(folder, 'package', 'large'), join(folder, 'same'));
  expect(await checkPackages(folder, 3)).toMatchObject({ state: 'ok', says: 'node_modules takes 3 MB' });
  expect(await checkPackages(folder, 2)).toMatchObject({
    state: 'lack',
    todo: expect.stringContaining('npm run slim'),
  });
  await rm(folder, { recursive: true });
});

test('a port in use is reported as "lack"; a free port is ok', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await checkPort(port)).toMatchObject({ state: 'lack', says: `${port} is in use` });
  await new Promise((resolve) => server.close(resolve));
  expect((await checkPort(port)).state).toBe('ok');
});

test('prints each finding before the next check begins; on a screen it also shows what is being checked', async () => {
  const printed: string[] = [];
  const before: string[] = [];
  const checks: Check[] = [
    ['node', () => ok('node', 'v24')],
    ['tools', () => Promise.resolve([ok('sox', '1'), ok('ffmpeg', '2')])],
    ['port', () => (before.push(printed.join('')), ok('port', '8080 is free'))],
  ];
  const findings = await examine(checks, { write: (text) => printed.push(text) });
  expect(before).toEqual(['ok  node            v24\nok  sox             1\nok  ffmpeg          2\n']);
  expect(findings.map(({ name }) => name)).toEqual(['node', 'sox', 'ffmpeg', 'port']);

  printed.length = 0;
  await examine(checks, { write: (text) => printed.push(text), isTTY: true });
  expect(before[1]).toMatch(/… port$/);
  await expect(examine(checks, null)).resolves.toHaveLength(4);
});

test('each finding is one line, with the advice below it', () => {
  expect(lineOf({ name: 'port', state: 'lack', says: '8080 is in use', todo: 'choose another' })).toBe(
    '-   port            8080 is in use\n                    -> choose another',
  );
});

test('a finding without advice is one line', () => {
  expect(lineOf(ok('port', '8080 is free'))).toBe('ok  port            8080 is free');
});

test('the last line names what keeps Earshot from working; without such a fault it is left out', () => {
  const optional = [ok('Node', '24.1.0'), lack('ffmpeg', 'is not installed', 'Install ffmpeg.')];
  expect(troubleOf(optional)).toBeNull();
  expect(
    troubleOf([...optional, bad('app', 'is not built', 'npm run build'), bad('disk', 'is full', 'Make room.')]),
  ).toBe('Earshot cannot run here yet. Fix what is marked BAD first: app, disk.');
});

test('the next step is to repair what is wrong, then to install what is missing, then to set up the app', () => {
  const unpaired = lack('cloud', 'this device is not paired with a cloud', '`npm start` pairs it.');
  const noCamera = lack('ffmpeg', 'is not installed', 'Install ffmpeg.');
  const noApp = bad('app', 'is not built', 'npm run prepare');
  expect(nextStep([noCamera, unpaired, noApp])).toBe('app: npm run prepare');
  expect(nextStep([noCamera, unpaired])).toBe('cloud: `npm start` pairs it.');
  expect(nextStep([noCamera, ok('cloud', 'answers')])).toMatch(/^open the app and make a phone ring/);
});
