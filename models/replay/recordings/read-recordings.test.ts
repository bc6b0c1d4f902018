import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LabelMap } from '../../corpus/label-map.ts';
import { readCorpus } from './read-recordings.ts';
import type { Corpus } from './recording.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'corpus-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function lay(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const labelsOf = ({ recordings }: Corpus) =>
  recordings.map(({ file, annotations }) => [
    file,
    annotations.map(({ label, onsetS, offsetS }) => [label, onsetS, offsetS]),
  ]);
const reasons = ({ problems }: Corpus) => problems.map(({ file, line, reason }) => [file, line, reason]);

describe('reading a corpus', () => {
  test('in a folder tree, the folder of a recording is its label, and the folders above become a slice', async () => {
    await lay({ 'home/smoke_alarm/a.wav': '', 'speech/b.FLAC': '', 'c.wav': '', 'speech/notes.md': '' });
    const corpus = await readCorpus(dir);
    expect(labelsOf(corpus)).toEqual([
      ['home/smoke_alarm/a.wav', [['smoke_alarm', 0, null]]],
      ['speech/b.FLAC', [['speech', 0, null]]],
    ]);
    expect(corpus.recordings[0]?.slices).toEqual({ folder: 'home' });
    expect(reasons(corpus)).toEqual([['c.wav', undefined, expect.stringContaining('no label')]]);
  });

  test('a CSV may lack times, its further columns become slices, and invalid rows are reported with their line number', async () => {
    await lay({
      'a.wav': '',
      'b.wav': '',
      'silent.wav': '',
      'labels.csv':
        'file,label,onset,offset,room\na.wav,smoke_alarm,1,2.5,hall\nb.wav,dog,,,\ngone.wav,dog,,,\nb.wav,cat,-1,2,\nb.wav,bell,3,2,\n',
    });
    const corpus = await readCorpus(dir);
    expect(labelsOf(corpus)).toEqual([
      ['a.wav', [['smoke_alarm', 1, 2.5]]],
      ['b.wav', [['dog', 0, null]]],
    ]);
    expect(corpus.recordings[0]?.slices).toEqual({ room: 'hall' });
    expect(corpus.recordings[1]?.doubted).toEqual(['cat', 'bell']);
    expect(reasons(corpus).map(([file, line]) => [file, line])).toEqual([
      ['gone.wav', 4],
      ['b.wav', 5],
      ['b.wav', 6],
      ['silent.wav', undefined],
    ]);
  });

  test("the CSV with ESC-50's labels is found in its folder and read", async () => {
    await lay({
      'audio/1-1-A-0.wav': '',
      'meta/esc50.csv': 'filename,fold,target,category,esc10,src_file,take\n1-1-A-0.wav,1,0,dog,True,1,A\n',
    });
    const corpus = await readCorpus(dir);
    expect(labelsOf(corpus)).toEqual([['audio/1-1-A-0.wav', [['dog', 0, null]]]]);
    expect(corpus.recordings[0]?.slices).toEqual({ fold: '1', esc10: 'True' });
  });

  test.each([
    ['with a header', 'filename\tonset\toffset\tevent_label\n'],
    ['without a header', ''],
  ])('a DCASE TSV %s is read; a row with only a file name is a file without events', async (_, header) => {
    await lay({
      'a.wav': '',
      'b.wav': '',
      'labels.tsv': `${header}a.wav\t0.5\t1\tdoor\na.wav\t0.7\t2\tdog\nb.wav\t\t\t\n`,
    });
    expect(labelsOf(await readCorpus(dir))).toEqual([
      [
        'a.wav',
        [
          ['door', 0.5, 1],
          ['dog', 0.7, 2],
        ],
      ],
      ['b.wav', []],
    ]);
  });

  test.each([
    ['labels.tsv', 'a.wav\t1\t2\tSmoke detector, smoke alarm\na.wav\t3\t4\tdog,door\n'],
    ['labels.csv', 'file,label,onset,offset\na.wav,"Smoke detector, smoke alarm",1,2\na.wav,"dog,door",3,4\n'],
  ])('commas separate labels in %s, unless they are part of a known label', async (name, text) => {
    await lay({ 'a.wav': '', [name]: text });
    const corpus = await readCorpus(dir);
    expect(corpus.recordings[0]?.annotations.map(({ label }) => label)).toEqual([
      'Smoke detector, smoke alarm',
      'dog',
      'door',
    ]);
  });

  test('a label map of the corpus may contain labels with commas', async () => {
    await lay({ 'a.wav': '', 'labels.tsv': 'a.wav\t1\t2\tPan, lid\n' });
    const corpus = await readCorpus(dir, { labelMap: new LabelMap({ 'Pan, lid': 'dishes' }) });
    expect(labelsOf(corpus)).toEqual([['a.wav', [['Pan, lid', 1, 2]]]]);
  });

  test("reading the project's own sounds in test-audio, the first corpus that a user tries, causes no warning", async () => {
    const corpus = await readCorpus(fileURLToPath(new URL('../../../test-audio', import.meta.url)));
    expect(corpus.problems).toEqual([]);
  });

  test('a single recording is read with its labels from its folder; problems of other files are not reported', async () => {
    await lay({ 'a.wav': '', 'b.wav': '', 'labels.csv': 'file,label,onset,offset\na.wav,dog,1,2\n' });
    const corpus = await readCorpus(join(dir, 'a.wav'));
    expect(labelsOf(corpus)).toEqual([['a.wav', [['dog', 1, 2]]]]);
    expect(corpus.problems).toEqual([]);
  });

  test('for a single recording without a label, a problem says that every detection counts as false', async () => {
    await lay({ 'a.wav': '', 'b.wav': '' });
    const corpus = await readCorpus(join(dir, 'a.wav'));
    expect(labelsOf(corpus)).toEqual([['a.wav', []]]);
    expect(reasons(corpus)).toEqual([['a.wav', undefined, expect.stringContaining('has no label')]]);
  });

  test('a single recording is refused when the given label file does not name it', async () => {
    await lay({ 'a.wav': '', 'b.wav': '', 'other.csv': 'file,label,onset,offset\nb.wav,dog,1,2\n' });
    const reading = readCorpus(join(dir, 'a.wav'), { labels: join(dir, 'other.csv') });
    await expect(reading).rejects.toMatchObject({ code: 'CORPUS_EMPTY' });
  });

  test('overlapping time spans of the same label are merged into one sound, with a warning', async () => {
    await lay({ 'a.wav': '', 'labels.tsv': 'a.wav\t1\t3\tdog\na.wav\t2\t5\tdog\n' });
    const corpus = await readCorpus(dir);
    expect(labelsOf(corpus)).toEqual([['a.wav', [['dog', 1, 5]]]]);
    expect(reasons(corpus)).toEqual([['a.wav', 2, expect.stringContaining('overlaps')]]);
  });

  test("Audacity's label tracks beside the recordings are read; an empty track means that there is no event", async () => {
    await lay({ 'a.wav': '', 'a.txt': '0.5\t1.25\tdog\n\\\t100\t200\n', 'b.wav': '', 'b.txt': '', 'c.wav': '' });
    const corpus = await readCorpus(dir);
    expect(labelsOf(corpus)).toEqual([
      ['a.wav', [['dog', 0.5, 1.25]]],
      ['b.wav', []],
    ]);
    expect(reasons(corpus)).toEqual([['c.wav', undefined, 'has no label']]);
  });

  test("reading the project's manifest returns the given split, and never room responses", async () => {
    await lay({
      'dev/a.wav': '',
      'train/b.wav': '',
      'manifest.csv':
        'file,split,label,duration_s,source\ndev/a.wav,dev,dog,1,X\ntrain/b.wav,train,cat,1,Y\nrir/c.wav,rir,rir,1,Z\n',
    });
    expect(labelsOf(await readCorpus(dir, { split: 'dev' }))).toEqual([['dev/a.wav', [['dog', 0, null]]]]);
    expect((await readCorpus(dir)).recordings.map(({ file }) => file)).toEqual(['dev/a.wav', 'train/b.wav']);
    await expect(readCorpus(dir, { split: 'test' })).rejects.toMatchObject({ code: 'CORPUS_EMPTY', exitCode: 2 });
  });

  test('a folder without a usable file and a folder that does not exist are errors with exit status 2', async () => {
    await lay({ 'notes.txt': 'nothing' });
    await expect(readCorpus(dir)).rejects.toMatchObject({ code: 'CORPUS_EMPTY', exitCode: 2 });
    const nowhere = join(dir, 'nowhere');
    await expect(readCorpus(nowhere)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      exitCode: 2,
      detail: nowhere,
    });
  });
});
