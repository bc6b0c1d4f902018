import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RecordFolder } from './record-folder.ts';

let dir: string;
let folder: RecordFolder;
const BYTES = [Buffer.from('one '), Buffer.from('record')];

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'earshot-records-')), 'outbox');
  folder = new RecordFolder(dir);
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

describe('RecordFolder', () => {
  test('creates its folder when its records are listed', async () => {
    expect(await folder.list()).toEqual([]);
    expect(existsSync(dir)).toBe(true);
  });

  test('lists records by id in order, removes unfinished writes and ignores other files', async () => {
    await folder.list();
    for (const id of ['b', 'a']) await folder.write(id, BYTES);
    writeFileSync(join(dir, 'c.record.unfinished'), 'half');
    writeFileSync(join(dir, 'notes.txt'), 'not a record');
    expect(await folder.list()).toEqual(['a', 'b']);
    expect(readdirSync(dir).sort()).toEqual(['a.record', 'b.record', 'notes.txt']);
  });

  test('returns what was written, and null for a record that does not exist', async () => {
    await folder.write('a', BYTES);
    expect(String(await folder.read('a'))).toBe('one record');
    expect(await folder.read('b')).toBeNull();
  });

  test('creates its folder again when somebody deleted it', async () => {
    await folder.list();
    rmSync(dir, { recursive: true });
    await folder.write('a', BYTES);
    expect(await folder.list()).toEqual(['a']);
  });

  test('removes a record, and accepts the removal of a record that does not exist', async () => {
    await folder.write('a', BYTES);
    await folder.remove('a');
    await folder.remove('a');
    expect(await folder.read('a')).toBeNull();
  });

  test('moves a record to the separate folder, counts it, and no longer lists it', async () => {
    await folder.write('a', BYTES);
    expect(await folder.countSetAside()).toBe(0);
    await folder.setAside('a');
    expect(await folder.countSetAside()).toBe(1);
    expect(await folder.list()).toEqual([]);
    expect(readdirSync(join(dir, 'set-aside'))).toEqual(['a.record']);
  });

  test('setting aside a record that does not exist is not an error', async () => {
    await folder.list();
    await folder.setAside('a');
    expect(await folder.countSetAside()).toBe(0);
  });

  test('a check of the disk leaves no file behind', async () => {
    await folder.list();
    await folder.check();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('when a file is in the place of the folder, reading, writing, removing and setting aside fail with their codes', async () => {
    writeFileSync(dir, 'a file instead of a folder');
    await expect(folder.list()).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(folder.read('a')).rejects.toMatchObject({ code: 'DISK_UNREADABLE' });
    await expect(folder.write('a', BYTES)).rejects.toMatchObject({ code: 'DISK_UNWRITABLE' });
    await expect(folder.remove('a')).rejects.toMatchObject({ code: 'DISK_UNWRITABLE' });
    await expect(folder.setAside('a')).rejects.toMatchObject({ code: 'DISK_UNWRITABLE' });
  });
});
