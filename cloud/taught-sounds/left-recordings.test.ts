import { lutimes, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { cloudLog } from '../cloud-log.ts';
import { removeLeftRecordings } from './left-recordings.ts';

const HOUR_S = 3_600;
const LEFT = 'earshot-teach-a1B2c3';

/** Stands in for the folder for temporary files. */
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'earshot-left-'))));
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const hoursAgo = (hours: number): number => Date.now() / 1_000 - hours * HOUR_S;
/** Makes a folder with a recording, as earlier versions did. */
async function lessonFolder(name: string, ageHours: number): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, 'examples'), { recursive: true });
  await writeFile(join(path, 'examples', '1.wav'), 'a recording');
  await utimes(path, hoursAgo(ageHours), hoursAgo(ageHours));
  return path;
}
const remove = (where = folder): Promise<void> =>
  removeLeftRecordings({ clock: systemClock, log: cloudLog('silent') }, where);

test('removes a folder that an earlier version left more than a day ago', async () => {
  await lessonFolder(LEFT, 25);
  await remove();
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['of the last day', LEFT, 23],
  ['with a longer name', `${LEFT}d`, 25],
  ['with another name', 'earshot-teacher-a1B2c3', 25],
])('keeps a folder %s', async (_, name, ageHours) => {
  await lessonFolder(name, ageHours);
  await remove();
  expect(await readdir(folder)).toEqual([name]);
});

test('keeps a folder of another user', async () => {
  await lessonFolder(LEFT, 25);
  const uid = process.getuid?.() ?? 0;
  jest.spyOn(process, 'getuid').mockReturnValue(uid + 1);
  await remove();
  expect(await readdir(folder)).toEqual([LEFT]);
});

test('keeps a link with the name of such a folder, and never removes what a link points to', async () => {
  const other = await lessonFolder('other', 25);
  await symlink(other, join(folder, LEFT));
  await lutimes(join(folder, LEFT), hoursAgo(25), hoursAgo(25));
  await mkdir(join(folder, 'earshot-teach-000000'));
  await symlink(other, join(folder, 'earshot-teach-000000', 'examples'));
  await utimes(join(folder, 'earshot-teach-000000'), hoursAgo(25), hoursAgo(25));
  await remove();
  expect((await readdir(folder)).sort()).toEqual([LEFT, 'other']);
  expect(await readdir(join(other, 'examples'))).toEqual(['1.wav']);
});

test('a folder for temporary files that does not exist does not stop the cloud', async () => {
  await expect(remove(join(folder, 'none'))).resolves.toBeUndefined();
});
