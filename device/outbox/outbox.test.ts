import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { makeRecord } from '../testing/candidates.ts';
import { EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import { Outbox } from './outbox.ts';
import { RecordFolder } from './record-folder.ts';

/** A folder on a disk that fails on request. */
class FaultyFolder extends RecordFolder {
  writing: ErrorCode | null = null;
  reading: ErrorCode | null = null;

  override async write(id: string, parts: readonly Uint8Array[]): Promise<void> {
    if (this.writing) throw new EarshotError(this.writing, id);
    await super.write(id, parts);
  }

  override async read(id: string): Promise<Uint8Array | null> {
    if (this.reading) throw new EarshotError(this.reading, `${id}: EMFILE`);
    return super.read(id);
  }

  override async remove(id: string): Promise<void> {
    if (this.writing === 'DISK_UNWRITABLE') throw new EarshotError(this.writing, id);
    await super.remove(id);
  }

  override async setAside(id: string): Promise<void> {
    if (this.writing) throw new EarshotError(this.writing, id);
    await super.setAside(id);
  }
}

/**
 * A disk with room for `bytes`. Like a real disk it needs room for the new version of a record before it frees the old
 * one.
 */
class SmallDisk extends RecordFolder {
  private readonly bytes: number;
  private readonly sizes = new Map<string, number>();

  constructor(folder: string, bytes: number) {
    super(folder);
    this.bytes = bytes;
  }

  override async write(id: string, parts: readonly Uint8Array[]): Promise<void> {
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const used = [...this.sizes.values()].reduce((sum, each) => sum + each, 0);
    if (used + size > this.bytes) throw new EarshotError('DISK_FULL', id);
    await super.write(id, parts);
    this.sizes.set(id, size);
  }

  override async remove(id: string): Promise<void> {
    await super.remove(id);
    this.sizes.delete(id);
  }
}

let dir: string;
const reported: EarshotError[] = [];
const open = async (bounds = { maxBytes: 1_000_000, maxRecords: 100 }) => {
  const outbox = new Outbox(dir, (error) => reported.push(error), bounds);
  await outbox.start();
  return outbox;
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-outbox-'));
  reported.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('Outbox', () => {
  test('returns candidates and their clips after a restart', async () => {
    const record = makeRecord();
    await (await open()).put(record);
    const again = await open();
    expect(again.list().map(({ candidate }) => candidate)).toEqual([record.candidate]);
    expect(await again.readClip(record.candidate.id)).toEqual(Buffer.from(record.clip!));
  });

  test('lists safety before security before upkeep, and within a class the oldest first', async () => {
    const outbox = await open();
    const labels = ['low_battery_chirp', 'glass_break', 'smoke_alarm', 'footsteps', 'co_alarm'];
    for (const [i, label] of labels.entries()) await outbox.put(makeRecord(label, { atMs: 1e12 + i }));
    expect(outbox.list().map(({ label }) => label)).toEqual([
      'smoke_alarm',
      'co_alarm',
      'glass_break',
      'footsteps',
      'low_battery_chirp',
    ]);
  });

  test('a removed record does not come back after a restart', async () => {
    const outbox = await open();
    const { candidate, clip } = makeRecord();
    await outbox.put({ candidate, clip });
    await outbox.remove(candidate.id);
    expect((await open()).stats()).toMatchObject({ records: 0, bytes: 0 });
  });

  test.each([
    ['cut short', (path: string) => truncateSync(path, 700)],
    [
      'with one bit flipped in its clip',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 10]! ^= 1;
        writeFileSync(path, bytes);
      },
    ],
    ['empty', (path: string) => truncateSync(path, 0)],
  ])('sets aside and reports a damaged record (%s), and keeps the other records', async (_, damage) => {
    const outbox = await open();
    const [bad, good] = [makeRecord(), makeRecord('glass_break')];
    await outbox.put(bad);
    await outbox.put(good);
    damage(join(dir, `${bad.candidate.id}.record`));
    const again = await open();
    expect(again.list().map(({ id }) => id)).toEqual([good.candidate.id]);
    expect(reported.map(({ code }) => code)).toEqual(['RECORD_CORRUPT']);
    expect(again.stats().corrupt).toBe(1);
    expect(readdirSync(join(dir, 'set-aside'))).toEqual([`${bad.candidate.id}.record`]);
  });

  test('an interrupted write leaves no file behind', async () => {
    writeFileSync(join(dir, `${makeRecord().candidate.id}.record.unfinished`), 'earshot-rec');
    expect((await open()).stats()).toMatchObject({ records: 0, corrupt: 0 });
    expect(readdirSync(dir)).toEqual([]);
  });

  test('an interrupted probe of the disk does not count as a record at the next start', async () => {
    await open();
    expect(readdirSync(dir)).toEqual([]);
    writeFileSync(join(dir, 'check.unfinished'), 'half a probe');
    await open();
    expect(readdirSync(dir)).toEqual([]);
    expect(reported).toEqual([]);
  });

  test('at the limit of bytes drops the clips of the lowest class first, and never a safety record', async () => {
    const outbox = await open({ maxBytes: 12_000, maxRecords: 100 });
    const records = ['smoke_alarm', 'glass_break', 'low_battery_chirp', 'glass_break', 'co_alarm'].map((label, i) =>
      makeRecord(label, { clipBytes: 3_000, atMs: 1e12 + i }),
    );
    for (const record of records) await outbox.put(record);
    const left = (await open())
      .list()
      .map(({ label, candidate }) => `${label} ${candidate.clip ? 'with clip' : 'shed'}`);
    expect(left).toEqual([
      'smoke_alarm with clip',
      'co_alarm with clip',
      'glass_break shed',
      'glass_break shed',
      'low_battery_chirp shed',
    ]);
    expect(outbox.stats().full).toBe(true);
    expect(outbox.stats().bytes).toBeLessThanOrEqual(12_000);
  });

  test('at the limit of records drops records of the lowest class; safety records may exceed the limit', async () => {
    const outbox = await open({ maxBytes: 1_000_000, maxRecords: 2 });
    for (const label of ['glass_break', 'low_battery_chirp', 'smoke_alarm', 'smoke_alarm', 'co_alarm'])
      await outbox.put(makeRecord(label));
    expect(
      outbox
        .list()
        .map(({ label }) => label)
        .sort(),
    ).toEqual(['co_alarm', 'smoke_alarm', 'smoke_alarm']);
  });

  test('concurrent puts and removals keep the limits and lose nothing', async () => {
    const outbox = await open({ maxBytes: 1_000_000, maxRecords: 100 });
    const records = Array.from({ length: 40 }, () => makeRecord());
    await Promise.all(
      records.map(async (record, i) => {
        await outbox.put(record);
        if (i % 2) await outbox.remove(record.candidate.id);
      }),
    );
    expect((await open()).list()).toHaveLength(20);
  });
});

describe('Outbox', () => {
  test('sets aside a record that cannot be delivered: it is reported, counted and not listed after a restart', async () => {
    const outbox = await open();
    const [refused, other] = [makeRecord(), makeRecord()];
    await outbox.put(refused);
    await outbox.put(other);
    await outbox.setAside(refused.candidate.id, new EarshotError('BAD_REQUEST', 'refused by the cloud'));
    expect(reported.map(({ code }) => code)).toEqual(['BAD_REQUEST']);
    expect([outbox.has(refused.candidate.id), outbox.has(other.candidate.id)]).toEqual([false, true]);
    const again = await open();
    expect(again.list().map(({ id }) => id)).toEqual([other.candidate.id]);
    expect(again.stats().corrupt).toBe(1);
    expect(readdirSync(join(dir, 'set-aside'))).toEqual([`${refused.candidate.id}.record`]);
  });

  test('sets aside a record whose file has the name of another record', async () => {
    const record = makeRecord();
    await (await open()).put(record);
    renameSync(join(dir, `${record.candidate.id}.record`), join(dir, `${makeRecord().candidate.id}.record`));
    const outbox = await open();
    expect(outbox.list()).toEqual([]);
    expect(reported.map(({ code }) => code)).toEqual(['RECORD_CORRUPT']);
  });

  test('counts as full from the first dropped record until the next delivery of a record', async () => {
    const outbox = await open({ maxBytes: 1_000_000, maxRecords: 2 });
    const records = [1, 2, 3].map((i) => makeRecord('glass_break', { atMs: 1e12 + i }));
    for (const record of records) await outbox.put(record);
    expect(outbox.stats()).toMatchObject({ records: 2, full: true });
    await outbox.remove(records[0]!.candidate.id);
    expect(outbox.stats().full).toBe(true);
    await outbox.remove(records[2]!.candidate.id);
    expect(outbox.stats()).toMatchObject({ records: 1, full: false });
  });

  test('returns no clip for an unknown record', async () => {
    expect(await (await open()).readClip('unknown')).toBeNull();
  });
});

describe('Outbox on a full disk', () => {
  test('drops a clip of a lower class, so that the record of a smoke alarm survives a restart', async () => {
    const outbox = new Outbox(dir, (error) => reported.push(error), undefined, new SmallDisk(dir, 4_000));
    await outbox.start();
    const chirp = makeRecord('low_battery_chirp', { clipBytes: 2_000 });
    const smoke = makeRecord('smoke_alarm', { clipBytes: 1_000 });
    await outbox.put(chirp);
    await outbox.put(smoke);
    expect(outbox.stats().inMemory).toBe(0);
    const again = await open();
    expect(again.list().map(({ label, clipBytes }) => [label, clipBytes])).toEqual([
      ['smoke_alarm', 1_000],
      ['low_battery_chirp', 0],
    ]);
  });
});

describe('Outbox on a disk that fails', () => {
  let folder: FaultyFolder;
  const openFaulty = async (bounds = { maxBytes: 1_000_000, maxRecords: 100 }) => {
    const outbox = new Outbox(dir, (error) => reported.push(error), bounds, folder);
    await outbox.start();
    return outbox;
  };
  beforeEach(() => {
    folder = new FaultyFolder(dir);
  });

  test.each<ErrorCode>(['DISK_FULL', 'DISK_UNWRITABLE'])(
    '%s: keeps the record and its clip in memory, reports the fault once, and writes them when the disk works again',
    async (fault) => {
      const outbox = await openFaulty();
      folder.writing = fault;
      const records = [makeRecord('glass_break'), makeRecord('smoke_alarm')];
      for (const record of records) await outbox.put(record);
      for (const { candidate, clip } of records) expect(await outbox.readClip(candidate.id)).toEqual(clip);
      expect(outbox.stats()).toMatchObject({ records: 2, inMemory: 2, full: true });
      expect(reported.map(({ code }) => code)).toEqual([fault]);
      folder.writing = null;
      await outbox.retryDisk();
      expect(outbox.stats()).toMatchObject({ records: 2, inMemory: 0, full: false });
      const again = await open();
      for (const { candidate, clip } of records) expect(await again.readClip(candidate.id)).toEqual(Buffer.from(clip!));
    },
  );

  test.each<ErrorCode>(['DISK_FULL', 'DISK_UNWRITABLE'])(
    '%s while the outbox is full: still accepts the next record',
    async (fault) => {
      const outbox = await openFaulty({ maxBytes: 5_000, maxRecords: 3 });
      for (let i = 0; i < 3; i++) await outbox.put(makeRecord('low_battery_chirp', { clipBytes: 1_000 }));
      folder.writing = fault;
      const record = makeRecord('smoke_alarm', { clipBytes: 3_000 });
      await outbox.put(record);
      expect(outbox.list()[0]?.id).toBe(record.candidate.id);
      expect(await outbox.readClip(record.candidate.id)).toEqual(record.clip);
    },
  );

  test("on a full disk drops no clip of the new record's own class", async () => {
    const outbox = await openFaulty();
    const earlier = makeRecord('glass_break');
    await outbox.put(earlier);
    folder.writing = 'DISK_FULL';
    await outbox.put(makeRecord('glass_break'));
    expect(await outbox.readClip(earlier.candidate.id)).toEqual(Buffer.from(earlier.clip!));
  });

  test('limits the clips in memory: clips of the lowest class are dropped first', async () => {
    const outbox = await openFaulty({ maxBytes: 100_000_000, maxRecords: 100 });
    folder.writing = 'DISK_UNWRITABLE';
    for (let i = 0; i < 10; i++)
      await outbox.put(makeRecord(i % 2 ? 'smoke_alarm' : 'glass_break', { clipBytes: 1_200_000 }));
    const withClip = outbox.list().filter(({ clipBytes }) => clipBytes > 0);
    expect(outbox.list()).toHaveLength(10);
    expect(withClip.map(({ label }) => label)).toEqual([...Array<string>(5).fill('smoke_alarm'), 'glass_break']);
  });

  test('does not deliver again a delivered record that cannot be removed, and removes it when the disk works again', async () => {
    const outbox = await openFaulty();
    const record = makeRecord();
    await outbox.put(record);
    folder.writing = 'DISK_UNWRITABLE';
    await outbox.remove(record.candidate.id);
    expect(outbox.list()).toEqual([]);
    folder.writing = null;
    await outbox.retryDisk();
    expect((await open()).list()).toEqual([]);
  });

  test('starts and delivers from memory when its folder cannot be created', async () => {
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'a file instead of a folder');
    const outbox = await openFaulty();
    expect(outbox.stats()).toMatchObject({ records: 0, full: true });
    const record = makeRecord('glass_break');
    await outbox.put(record);
    expect(await outbox.readClip(record.candidate.id)).toEqual(record.clip);
    expect(reported.map(({ code }) => code)).toContain('DISK_UNWRITABLE');
  });

  test('a read error at the start sets no record aside: the record is there when the disk can be read again', async () => {
    const record = makeRecord();
    await (await open()).put(record);
    folder.reading = 'DISK_UNREADABLE';
    const outbox = await openFaulty();
    expect(outbox.stats()).toMatchObject({ records: 0, corrupt: 0 });
    folder.reading = null;
    await outbox.retryDisk();
    expect(await outbox.readClip(record.candidate.id)).toEqual(Buffer.from(record.clip!));
    expect(reported.map(({ code }) => code)).toEqual(['DISK_UNREADABLE']);
  });

  test('a read error of a clip sets no record aside: reading the clip fails, and works later', async () => {
    const outbox = await openFaulty();
    const record = makeRecord();
    await outbox.put(record);
    folder.reading = 'DISK_UNREADABLE';
    await expect(outbox.readClip(record.candidate.id)).rejects.toMatchObject({ code: 'DISK_UNREADABLE' });
    folder.reading = null;
    expect(await outbox.readClip(record.candidate.id)).toEqual(Buffer.from(record.clip!));
    expect(outbox.stats().corrupt).toBe(0);
  });

  test('sets a file aside whose clip was damaged after the start, and delivers the candidate without its clip', async () => {
    const outbox = await openFaulty();
    const { candidate, clip } = makeRecord('smoke_alarm');
    await outbox.put({ candidate, clip });
    truncateSync(join(dir, `${candidate.id}.record`), 700);
    expect(await outbox.readClip(candidate.id)).toBeNull();
    expect(outbox.list().map(({ id, clipBytes }) => [id, clipBytes])).toEqual([[candidate.id, 0]]);
    expect(outbox.stats().corrupt).toBe(1);
  });

  test('retries a failed disk by itself until it is stopped', async () => {
    const outbox = await openFaulty();
    const clock = new FakeClock();
    const stop = new AbortController();
    const running = outbox.run(clock, stop.signal);
    folder.writing = 'DISK_FULL';
    await outbox.put(makeRecord());
    await clock.advance(60_000);
    expect(outbox.stats().inMemory).toBe(1);
    folder.writing = null;
    await clock.advance(60_000);
    await outbox.put(makeRecord());
    expect(outbox.stats()).toMatchObject({ records: 2, inMemory: 0 });
    stop.abort();
    await running;
  });
});
