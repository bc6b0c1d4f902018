import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { writeSyntheticRelease } from '@earshot/device/detect/testing/synthetic-release.ts';
import { readAnnotations } from './metrics/annotation-file.ts';
import { score } from './metrics/score.ts';
import { replay, type ReplayOptions } from './replay.ts';

// Worker threads load the whole path anew; on a machine that is busy that takes its time.
jest.setTimeout(180_000);

const RATE = 16_000;
let dir: string;

/** A second of quiet, then a tone: 3.1 kHz is "smoke" to the synthetic release, 5.5 kHz "glass". */
function tone(hz: number): Uint8Array {
  const samples = whiteNoise(3 * RATE, 0.0003, hz);
  samples.set(sine(RATE, hz, 0.2), RATE);
  return writeWav(samples);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-'));
  const { trustedKeys } = await writeSyntheticRelease(join(dir, 'release'), [
    { label: 'smoke_alarm', band: 42 },
    { label: 'glass_break', band: 55 },
  ]);
  await writeFile(join(dir, 'keys.json'), JSON.stringify(trustedKeys));
  process.env['EARSHOT_TRUSTED_KEYS'] = join(dir, 'keys.json');
  const sounds: [string, Uint8Array][] = [
    ['smoke_alarm/a.wav', tone(3_100)],
    ['smoke_alarm/missed.wav', tone(400)],
    ['glass_break/b.wav', tone(5_500)],
    ['doorbell/false.wav', tone(3_100)],
    ['doorbell/quiet.wav', tone(400)],
    ['fire_bell/left-out.wav', tone(3_100)],
    ['speech/broken.wav', Buffer.from('RIFF')],
  ];
  for (const [name, bytes] of sounds) {
    await mkdir(join(dir, 'corpus', name, '..'), { recursive: true });
    await writeFile(join(dir, 'corpus', name), bytes);
  }
});
afterAll(async () => {
  delete process.env['EARSHOT_TRUSTED_KEYS'];
  await rm(dir, { recursive: true });
});

const options = (out: string, more: Partial<ReplayOptions> = {}): ReplayOptions => ({
  corpus: join(dir, 'corpus'),
  releaseDir: join(dir, 'release'),
  stage: 'device',
  level: 'medium',
  mode: { kind: 'clips' },
  seed: 1,
  gate: true,
  workers: 1,
  on: 'threads',
  with: [],
  out: join(dir, out),
  signal: new AbortController().signal,
  ...more,
});

/** report.json without what differs from run to run. */
async function reportOf(out: string): Promise<string> {
  const text = await readFile(join(dir, out, 'report.json'), 'utf8');
  return text.slice(0, text.lastIndexOf('"speed"'));
}

test('finds what it should, counts what it should not, leaves out what is neither, and names what it could not play', async () => {
  const { stages, problems, hours } = await replay(options('one'));
  const { smoke_alarm: smoke, glass_break: glass } = stages[0]?.results.labels ?? {};
  expect([smoke?.positives, smoke?.hits, smoke?.falseAlarms]).toEqual([2, 1, 1]);
  expect([glass?.positives, glass?.hits, glass?.falseAlarms]).toEqual([1, 1, 0]);
  expect(hours).toBeCloseTo((6 * 3) / 3_600, 6);
  // The fire bell is no negative for smoke, and the positives are not either.
  expect(smoke?.negativeHours).toBeCloseTo((3 * 3) / 3_600, 6);
  expect(problems.map(({ file }) => file)).toEqual(['speech/broken.wav']);
});

test('gives the same report with one worker, with two, and when it goes on after a kill', async () => {
  const first = await reportOf('one');
  await replay(options('two', { workers: 2 }));
  expect(await reportOf('two')).toBe(first);

  const stop = new AbortController();
  const stopped = replay(options('three', { signal: stop.signal, workers: 1 }));
  setTimeout(() => stop.abort(new Error('stopped')), 150);
  await stopped.catch(() => undefined);
  await replay(options('three'));
  expect(await reportOf('three')).toBe(first);
});

test('page, JSON and TSVs agree', async () => {
  const report = JSON.parse(await readFile(join(dir, 'one', 'report.json'), 'utf8'));
  const tsv = (name: string) => readAnnotations(join(dir, 'one', name));
  const scored = score(await tsv('reference.tsv'), await tsv('estimated-device.tsv'));
  expect(report.stages.device.event.overall.recall).toBeCloseTo(scored.event.overall.recall, 9);
  expect(report.stages.device.segment.overall.f1).toBeCloseTo(scored.segment.overall.f1, 8);
  const page = await readFile(join(dir, 'one', 'report.html'), 'utf8');
  expect(page).toContain('1 of 2 found');
  expect(page).toContain('doorbell/false.wav');
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
});

test('a corpus in which nothing can be played ends with a clear error and status 2', async () => {
  const corpus = join(dir, 'broken');
  await mkdir(join(corpus, 'speech'), { recursive: true });
  await writeFile(join(corpus, 'speech', 'x.wav'), '');
  await expect(replay(options('none', { corpus }))).rejects.toMatchObject({ code: 'CORPUS_EMPTY', exitCode: 2 });
});
