import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { openSoundLibrary } from './decode-corpus.ts';
import { readManifest } from './manifest.ts';

const tone = (seconds: number, gain = 0.5): Float32Array =>
  Float32Array.from({ length: seconds * 16_000 }, (_, i) => gain * Math.sin((2 * Math.PI * 1_000 * i) / 16_000));

const HEADER = 'file,split,label,duration_s,source,licence,notes';
let folder: string;

const manifest = (...rows: string[]): Promise<void> =>
  writeFile(join(folder, 'manifest.csv'), [HEADER, ...rows].join('\n'));
const open = (split = 'train') => openSoundLibrary(folder, { split, cache: join(folder, `cache-${split}`) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-corpus-'));
  await mkdir(join(folder, 'train'));
  await writeFile(join(folder, 'train/door.wav'), writeWav(tone(1)));
  await writeFile(join(folder, 'train/alarm.wav'), writeWav(tone(2, 0.25)));
  await writeFile(join(folder, 'train/silent.wav'), writeWav(new Float32Array(16_000)));
  await writeFile(join(folder, 'train/broken.wav'), 'RIFF....WAVEnothing');
  await writeFile(join(folder, 'train/empty.wav'), '');
});
afterAll(() => rm(folder, { recursive: true }));

describe('reading a manifest', () => {
  test('each row of a manifest has its split, label and line number', async () => {
    await manifest('train/door.wav,train,door,1,a/b,MIT,', 'dev/x.wav,dev,door,1,a/b,none,');
    const { rows, problems } = await readManifest(join(folder, 'manifest.csv'));
    expect(rows.map(({ file, split, line }) => [file, split, line])).toEqual([
      ['train/door.wav', 'train', 2],
      ['dev/x.wav', 'dev', 3],
    ]);
    expect(problems).toEqual([]);
  });

  test('invalid rows of a manifest are reported with their line number, and the other rows are used', async () => {
    await manifest(
      'train/door.wav,train,door,1,a,MIT,',
      'train/door.wav,train,door,1,a,MIT,',
      '../x.wav,train,door,1,a,MIT,',
      'y.wav,train,,1,a,MIT,',
      'z.wav,train,door,-1,a,MIT,',
    );
    const { rows, problems } = await readManifest(join(folder, 'manifest.csv'));
    expect(rows).toHaveLength(1);
    expect(problems.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'is named twice'],
      [4, 'lies outside the corpus'],
      [5, 'has no file or no label'],
      [6, 'has the duration "-1"'],
    ]);
  });

  test('a manifest that does not exist is reported as FILE_MISSING, with the page that says what a corpus is', async () => {
    await expect(readManifest(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: `${join(folder, 'none.csv')} (what a corpus contains: docs/corpus.md).`,
    });
  });

  test('a manifest without a required column is refused, and the column is named', async () => {
    await writeFile(join(folder, 'other.csv'), 'name,kind\na,b\n');
    await expect(readManifest(join(folder, 'other.csv'))).rejects.toMatchObject({
      code: 'CORPUS_LABELS',
      message: expect.stringContaining('file, split, label'),
    });
  });
});

describe('the library of decoded sounds', () => {
  const ROWS = ['train/door.wav,train,door,1,a,MIT,', 'train/alarm.wav,train,smoke_alarm,2,a,MIT,'];

  test('unreadable, empty, silent and missing files are each reported once, and the other files are used', async () => {
    await manifest(
      ...ROWS,
      ...['silent', 'broken', 'empty', 'missing'].map((name) => `train/${name}.wav,train,door,1,a,MIT,`),
    );
    const library = await open();
    expect(library.sounds.map(({ label }) => label)).toEqual(['door', 'smoke_alarm']);
    expect(library.problems.map(({ file }) => file)).toEqual(
      ['silent', 'broken', 'empty', 'missing'].map((name) => `train/${name}.wav`),
    );
    for (const { reason } of library.problems) expect(reason.length).toBeGreaterThan(10);
    library.close();
  });

  test("an excerpt has exactly the samples of the recording from the excerpt's start on", async () => {
    await manifest(...ROWS);
    const library = await open();
    const alarm = library.sounds.find(({ label }) => label === 'smoke_alarm');
    if (!alarm) throw new Error('no alarm');
    const excerpt = library.read(alarm, 8_000, 100);
    const expected = tone(2, 0.25).subarray(8_000, 8_100);
    excerpt.forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? 0, 3));
    expect(library.read(alarm, 31_990, 100)).toHaveLength(10);
    expect(alarm.loudRms).toBeCloseTo(0.25 / Math.SQRT2, 2);
    library.close();
  });

  test('the corpus is decoded again only when the manifest changes', async () => {
    await manifest(...ROWS);
    (await open()).close();
    let decoded = 0;
    const count = { split: 'train', cache: join(folder, 'cache-train'), onProgress: () => void decoded++ };
    (await openSoundLibrary(folder, count)).close();
    expect(decoded).toBe(0);
    await manifest(...ROWS.slice(0, 1));
    (await openSoundLibrary(folder, count)).close();
    expect(decoded).toBe(1);
  });

  test('a corpus without a usable file is refused with the error CORPUS_EMPTY', async () => {
    await manifest('train/silent.wav,train,door,1,a,MIT,');
    await expect(open()).rejects.toMatchObject({ code: 'CORPUS_EMPTY' });
  });

  test('a corpus without a row of the split is refused with an error that names the split', async () => {
    await manifest(...ROWS);
    await expect(open('rir')).rejects.toMatchObject({
      code: 'CORPUS_EMPTY',
      message: expect.stringContaining('manifest.csv has no usable row whose split is rir.'),
    });
  });
});
