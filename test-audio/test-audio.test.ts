import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { Random } from '@earshot/models/synthesis/random.ts';
import { RECORDINGS } from './recordings.ts';

const at = (file: string): URL => new URL(file, import.meta.url);

const rows = async () =>
  (await readFile(at('labels.csv'), 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([file = '', label = '', onset, offset]) => ({ file, label, onset: Number(onset), offset: Number(offset) }));

test('every recording is 16 kHz mono and labelled, and every label lies within its recording', async () => {
  const files = (await readdir(at('.'))).filter((name) => name.endsWith('.wav'));
  const labelled = await rows();
  expect(new Set(labelled.map(({ file }) => file))).toEqual(new Set(files));
  for (const file of files) {
    const { sampleRate, channels } = readWav(await readFile(at(file)));
    expect([sampleRate, channels.length]).toEqual([16_000, 1]);
    const lengthS = (channels[0]?.length ?? 0) / sampleRate;
    for (const { onset, offset } of labelled.filter((row) => row.file === file)) {
      expect(onset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeGreaterThan(onset);
      expect(offset).toBeLessThanOrEqual(lengthS + 0.01);
    }
  }
});

test('the whole folder is smaller than 10 MB', async () => {
  const sizes = await Promise.all((await readdir(at('.'))).map(async (name) => (await stat(at(name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(10e6);
});

test('the sounds of the demo come in the order that the README describes', async () => {
  const labels = (await rows()).filter(({ file }) => file === 'demo.wav').map(({ label }) => label);
  expect([...new Set(labels)]).toEqual(['microwave', 'dishes', 'smoke_alarm', 'glass_break']);
});

test('the same seed gives the same sound', () => {
  const make = () => RECORDINGS['glass-bottle']?.(new Random('twice')).samples;
  expect(make()).toEqual(make());
});
