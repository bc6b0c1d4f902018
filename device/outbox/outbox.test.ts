import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { makeRecord } from '../testing/candidates.ts';
import { Outbox } from './outbox.ts';

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
afterEach(() => rmSync(dir, { recursive: true }));

describe('Outbox', () => {
  test('gives back after a restart what was put before it, clip and all', async () => {
    const record = makeRecord();
    await (await open()).put(record);
    const again = await open();
    expect(again.list().map(({ candidate }) => candidate)).toEqual([record.candidate]);
    expect(await again.readClip(record.candidate.id)).toEqual(Buffer.from(record.clip!));
  });

  test('lists safety before security before upkeep, each oldest first', async () => {
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

  test('a removed record stays away', async () => {
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
  ])('a record %s is set aside and reported; the others live', async (_, damage) => {
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

  test('a write that was cut off leaves nothing', async () => {
    writeFileSync(join(dir, `${makeRecord().candidate.id}.record.unfinished`), 'earshot-rec');
    expect((await open()).stats()).toMatchObject({ records: 0, corrupt: 0 });
    expect(readdirSync(dir)).toEqual([]);
  });

  test('full by bytes: the clips of the lowest class go first, no safety record ever', async () => {
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

  test('full by count: the lowest records go, safety stays beyond the bound', async () => {
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

  test('puts and removals at the same time keep the bounds and lose nothing', async () => {
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
