import { expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAnnotations } from './annotation-file.ts';

const read = async (text: string) => {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-annotations-'));
  try {
    await writeFile(join(dir, 'labels.tsv'), text);
    return [...(await readAnnotations(join(dir, 'labels.tsv')))];
  } finally {
    await rm(dir, { recursive: true });
  }
};

test('a row with only a file name is read as a file without events', async () => {
  expect(await read('a.wav\t1\t2\tdog\nb.wav\n')).toEqual([
    ['a.wav', [{ label: 'dog', onsetS: 1, offsetS: 2 }]],
    ['b.wav', []],
  ]);
});

test('a file with commas instead of tabs is refused, because its lines would be read as files without events', async () => {
  await expect(read('file,label,onset,offset\na.wav,dog,1,2\n')).rejects.toMatchObject({
    code: 'CORPUS_LABELS',
    detail: expect.stringContaining('line 1 has commas and no tab'),
  });
});
