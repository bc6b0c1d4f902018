import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { writeSyntheticRelease } from '@earshot/device/releases/testing/synthetic-release.ts';
import { readAnnotations } from './metrics/annotation-file.ts';
import { score } from './metrics/score.ts';
import { planReplay } from './plan.ts';
import { replay, type ReplayOptions } from './replay.ts';
import { summaryOf } from './report/summary.ts';
import { replayOptions } from './testing/replay-options.ts';

// Each worker thread loads all modules again, which is slow on a busy machine.
jest.setTimeout(180_000);

const EARSHOT = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));
const RATE = 16_000;
let dir: string;

/**
 * One second of silence, then a tone. The test's release reports a tone of 3.1 kHz as "smoke" and of 5.5 kHz as
 * "glass".
 */
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
    ['smoke_alram/misspelt.wav', tone(400)],
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

const options = (out: string, more: Partial<ReplayOptions> = {}): ReplayOptions => replayOptions(dir, out, more);

/** Reads report.json without the fields that differ from run to run. */
async function reportOf(out: string): Promise<string> {
  const text = await readFile(join(dir, out, 'report.json'), 'utf8');
  return text.slice(0, text.lastIndexOf('"speed"'));
}

test('when a detector for a comparison is not installed, replay fails before it plays anything', async () => {
  delete process.env['EARSHOT_YAMNET'];
  await expect(replay(options('no-peer', { with: ['alarm-band', 'yamnet'] }))).rejects.toMatchObject({
    code: 'AUDIO_TOOL_MISSING',
  });
  await expect(readdir(join(dir, 'no-peer'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a replay counts hits and false alerts without ignored labels, and reports files that it could not play', async () => {
  const { stages, problems, hours } = await replay(options('one'));
  const { smoke_alarm: smoke, glass_break: glass } = stages[0]?.results.labels ?? {};
  expect([smoke?.positives, smoke?.hits, smoke?.falseAlarms]).toEqual([2, 1, 1]);
  expect([glass?.positives, glass?.hits, glass?.falseAlarms]).toEqual([1, 1, 0]);
  expect(hours).toBeCloseTo((7 * 3) / 3_600, 6);
  // The fire bell is ignored for smoke: it is neither a positive nor part of the hours without smoke.
  expect(smoke?.negativeHours).toBeCloseTo((4 * 3) / 3_600, 6);
  expect(problems.map(({ file }) => file)).toEqual(['smoke_alram/misspelt.wav', 'speech/broken.wav']);
  expect(problems[0]?.reason).toContain('"smoke_alram" is in no label map');
});

test('a replay gives the same report with one worker, with two workers, and when it is resumed after a stop', async () => {
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

test('a replay that is resumed after a SIGKILL gives the same report and plays no session twice', async () => {
  const out = join(dir, 'killed');
  const flags = ['--release', join(dir, 'release'), '--stage', 'device', '--workers', '1', '--out', out];
  const run = spawn(process.execPath, [EARSHOT, 'replay', join(dir, 'corpus'), ...flags], {
    stdio: 'ignore',
    // Use jest's copy of the environment, because it contains the trusted keys.
    env: process.env,
  });
  const gone = once(run, 'exit');
  const journal = join(out, '.replay-journal.jsonl');
  const lines = async () => (await readFile(journal, 'utf8').catch(() => '')).split('\n').length - 1;
  // Wait until the journal has its first line (the key) and two sessions.
  while ((await lines()) < 3 && run.exitCode === null) await sleep(1);
  run.kill('SIGKILL');
  await gone;
  const played = (await lines()) - 1;
  expect(played).toBeGreaterThanOrEqual(2);
  const { run: went } = await replay(options('killed'));
  expect(went.sessions).toHaveLength(8);
  expect(await reportOf('killed')).toBe(await reportOf('one'));
});

test('the HTML page, the JSON and the TSVs of a report contain the same figures', async () => {
  const report = JSON.parse(await readFile(join(dir, 'one', 'report.json'), 'utf8'));
  const tsv = (name: string) => readAnnotations(join(dir, 'one', name));
  const scored = score(await tsv('reference.tsv'), await tsv('estimated-device.tsv'));
  expect(report.stages.device.event.overall.recall).toBeCloseTo(scored.event.overall.recall, 9);
  expect(report.stages.device.segment.overall.f1).toBeCloseTo(scored.segment.overall.f1, 8);
  const page = await readFile(join(dir, 'one', 'report.html'), 'utf8');
  const { smoke_alarm: smoke, glass_break: glass } = report.stages.device.labels;
  for (const { hits, positives } of [smoke, glass]) expect(page).toContain(`${hits} of ${positives} found`);
  // The cells of the row in the table: found, recall, interval of the recall, false alerts.
  const row = /<td>smoke alarm<\/td><td>(.*?)<\/tr>/.exec(page)?.[1]?.split('</td><td>') ?? [];
  expect([row[0], row[1], row[3]]).toEqual([
    `${smoke.hits} of ${smoke.positives}`,
    `${(100 * smoke.recall).toFixed(1)} %`,
    String(smoke.falseAlarms),
  ]);
  const decisions = await readFile(join(dir, 'one', 'decisions-device.csv'), 'utf8');
  const count = (outcome: string) =>
    decisions.split('\n').filter((line) => line.includes(`smoke_alarm,${outcome}`)).length;
  expect([count('hit'), count('miss'), count('false')]).toEqual([
    smoke.hits,
    smoke.positives - smoke.hits,
    smoke.falseAlarms,
  ]);
  const reference = (await readFile(join(dir, 'one', 'reference.tsv'), 'utf8')).split('\n');
  expect(reference.filter((line) => line.endsWith('\tsmoke_alarm'))).toHaveLength(Number(smoke.positives));
  expect(page).toContain('doorbell/false.wav');
  // The word of the app and of the README.
  expect(page).toContain('false alerts per hour');
  expect(page).not.toMatch(/false alarm/i);
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
});

test('a corpus without any playable recording ends with the error CORPUS_EMPTY and exit status 2', async () => {
  const corpus = join(dir, 'broken');
  await mkdir(join(corpus, 'speech'), { recursive: true });
  await writeFile(join(corpus, 'speech', 'x.wav'), '');
  await expect(replay(options('none', { corpus }))).rejects.toMatchObject({ code: 'CORPUS_EMPTY', exitCode: 2 });
});

test('a single recording that cannot be played ends with an error about the file, not about labels', async () => {
  const corpus = join(dir, 'broken', 'speech', 'x.wav');
  await expect(replay(options('none', { corpus }))).rejects.toMatchObject({ code: 'AUDIO_EMPTY', exitCode: 1 });
});

test('a journal of an older version, whose problems have no code, is continued', async () => {
  const own = options('older', { corpus: join(dir, 'broken', 'speech', 'x.wav') });
  const { key } = await planReplay(own, null);
  const problems = [{ file: 'x.wav', reason: 'AUDIO_EMPTY: The recording contains no sound.' }];
  const session = { session: 0, parts: [], alerts: [], evidence: {}, problems };
  await mkdir(own.out, { recursive: true });
  await writeFile(
    join(own.out, '.replay-journal.jsonl'),
    [{ key }, session].map((line) => JSON.stringify(line)).join('\n'),
  );
  await expect(replay(own)).rejects.toMatchObject({ code: 'AUDIO_UNREADABLE', detail: problems[0]?.reason });
});

test('a truncated recording is played to its end and named in the report', async () => {
  const corpus = join(dir, 'cut-off.wav');
  const whole = await readFile(join(dir, 'corpus', 'smoke_alarm', 'a.wav'));
  await writeFile(corpus, whole.subarray(0, whole.length / 2));
  const { problems } = await replay(options('cut-off', { corpus }));
  expect(problems).toContainEqual({
    file: 'cut-off.wav',
    code: 'AUDIO_CUT_OFF',
    reason: expect.stringMatching(/ announces [\d.]+ s, but the file ends after [\d.]+ s\.$/),
  });
});

test.each([
  ['smoke_alarm/a.wav', /^ {2}0:00:0\d {2}smoke_alarm +\d+ % +.*taken for smoke alarm \(\d+ % sure\)/m],
  ['smoke_alarm/missed.wav', /^nothing was detected in missed.wav$/m],
])(
  'the summary of a single recording without a label, %s, lists detections, but no false alerts per hour',
  async (file, line) => {
    const out = join(dir, `one-${file.replace('/', '-')}`);
    const summary = summaryOf(await replay({ ...options(out), corpus: join(dir, 'corpus', file) }), out);
    expect(summary).toMatch(line);
    expect(summary).not.toContain('false/h');
    expect(summary).not.toMatch(/delay/i);
  },
);

test('the summary and the page say what the delay of an alert is measured from', async () => {
  const out = join(dir, 'delay');
  const summary = summaryOf(await replay(options('delay')), out);
  expect(summary).toMatch(/^ {2}smoke_alarm .* median delay \d/m);
  expect(summary).toMatch(/^Delay: from the beginning of the labelled sound /m);
  expect(await readFile(join(out, 'report.html'), 'utf8')).toContain(
    'Delay: from the beginning of the labelled sound ',
  );
});
