import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { peakDbfs } from '@earshot/shared/audio/level.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { StartEvent } from '@earshot/shared/contracts/start-event.ts';
import type { EventOf } from './reporter.ts';

const EARSHOT = fileURLToPath(new URL('../earshot.js', import.meta.url));
let home: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earshot-start-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** The real command in its own process. */
function earshot(...args: string[]) {
  const child = spawn(process.execPath, [EARSHOT, 'start', '--port', '0', ...args], {
    env: { ...process.env, EARSHOT_HOME: home },
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const events = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => StartEvent.parse(JSON.parse(line)));
  return { child, ended, events, stdout: () => stdout, stderr: () => stderr };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(50);
}

test('demo: reports the confirmed alarm and glass once each, and neither the microwave nor the dishes', async () => {
  const run = earshot('--once', '--fast', '--json');
  expect(await run.ended).toBe(0);
  const summary = run.events().at(-1) as EventOf<'summary'>;
  expect(summary.type).toBe('summary');
  expect(summary.seconds).toBe(80);
  const confirmed = { verdict: 'confirmed', notified: 1 };
  expect(summary.incidents).toMatchObject([
    { label: 'smoke_alarm', ...confirmed },
    { label: 'glass_break', ...confirmed },
  ]);
  expect(run.events()[0]).toMatchObject({ type: 'started', listen: 'the demo' });
}, 180_000);

test('a second run says that the incidents continue from an earlier run, and marks none of its verdicts as earlier', async () => {
  const run = earshot('--once', '--fast', '--json');
  expect(await run.ended).toBe(0);
  const incidents = run.events().filter((event) => event.type === 'incident');
  expect(incidents[0]).toMatchObject({ label: 'smoke_alarm', goesOn: true, earlierAt: null });
  expect(incidents.every(({ goesOn }) => goesOn)).toBe(true);
  const verdicts = run.events().filter((event) => event.type === 'verdict');
  expect(verdicts.length).toBeGreaterThan(1);
  expect(verdicts.every(({ earlierAt }) => earlierAt === null)).toBe(true);
  const detected = new Set(run.events().flatMap((event) => (event.type === 'candidate' ? event.detectedS : [])));
  for (const { detectedS } of [...verdicts, ...incidents]) expect(detected).toContain(detectedS);
}, 180_000);

async function json<T>(url: URL, init: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as T;
}

test('the next start shows the history with its clips, and Ctrl-C ends it within two seconds', async () => {
  const run = earshot('--json');
  await until(() => run.stdout().includes('"started"'));
  const { url, pairingCode } = run.events()[0] as EventOf<'started'>;
  const { token } = await json<{ token: string }>(new URL('/v1/pair', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: pairingCode, kind: 'member', name: 'Ada' }),
  });
  const asMember = { headers: { authorization: `Bearer ${token}` } };
  const { items } = await json<{ items: Incident[] }>(new URL('/v1/incidents', url), asMember);
  for (const label of ['smoke_alarm', 'glass_break']) {
    const incident = items.find((item) => item.label === label);
    const evidence = incident?.evidence.find(({ clip }) => clip?.state === 'stored');
    expect(evidence?.why.text).toBeTruthy();
    const address = `/v1/incidents/${incident?.id}/clips/${evidence?.candidateId}`;
    const link = await json<{ url: string }>(new URL(address, url), asMember);
    const clip = await fetch(new URL(link.url, url));
    const { sampleRate, channels } = readWav(new Uint8Array(await clip.arrayBuffer()));
    expect(sampleRate).toBe(16_000);
    expect(peakDbfs(channels[0] as Float32Array)).toBeGreaterThan(-40);
  }

  const stoppedAtMs = performance.now();
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(performance.now() - stoppedAtMs).toBeLessThan(2_500);
  expect(run.events().at(-1)?.type).toBe('summary');
}, 120_000);

test('a source that does not exist ends the command with one clear line and an exit status', async () => {
  const run = earshot('--once', '--listen', '/no/such/file.wav');
  expect(await run.ended).toBe(2);
  expect(run.stderr().trim()).toBe(
    'FILE_MISSING: The file or folder does not exist. /no/such/file.wav. Check its name and its folder.',
  );
}, 120_000);

test('reports a recording that cannot be read once, and exits with 1', async () => {
  const file = join(home, 'text.wav');
  await writeFile(file, 'once upon a time');
  const run = earshot('--once', '--listen', file);
  expect(await run.ended).toBe(1);
  expect(run.stdout()).toMatch(/^Earshot is starting …\n/);
  expect(`${run.stdout()}${run.stderr()}`.match(/The audio cannot be read/g)).toHaveLength(1);
}, 120_000);

test('a recording that is cut off is played to its end, and the command exits with 1', async () => {
  const whole = await readFile(fileURLToPath(new URL('../../test-audio/glass-window.wav', import.meta.url)));
  const file = join(home, 'cut-off.wav');
  await writeFile(file, whole.subarray(0, 44 + 80_000));
  const run = earshot('--once', '--fast', '--json', '--listen', file);
  expect(await run.ended).toBe(1);
  expect(run.events()).toContainEqual(expect.objectContaining({ type: 'error', code: 'AUDIO_CUT_OFF' }));
  expect(run.events().at(-1)).toMatchObject({ type: 'summary', seconds: 2.5 });
}, 120_000);

test('without --once it says that a recording is played in mode Away, when the recording is over, and that the app keeps running', async () => {
  const run = earshot('--fast', '--listen', fileURLToPath(new URL('../../test-audio/quiet-room.wav', import.meta.url)));
  await until(() => run.stdout().includes('A recording is played in mode Away, whatever mode the app shows'));
  await until(() =>
    run
      .stdout()
      .includes('The recording is over, so Earshot no longer listens. The app keeps running; Ctrl-C stops it.\n'),
  );
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(0);
}, 120_000);
