import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent-types.ts';
import { signManifest, writeSyntheticRelease, type SyntheticHead } from './testing/synthetic-release.ts';
import type { TrustedKeys } from './trusted-keys.ts';
import { shelve } from '../testing/shelve-release.ts';
import { TestCloud } from '../testing/test-cloud.ts';

const SMOKE = { label: 'smoke_alarm', band: 40 };
const GLASS = { label: 'glass_break', band: 50 };
const DOG = { label: 'dog_bark', band: 20 };
const OLD = '2026-01-01.1';
const NEW = '2026-01-02.1';

let home: string;
let cloud: TestCloud;
let keys: TrustedKeys;
let agent: Agent | null;
const path = (...names: string[]) => join(home, ...names);

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'earshot-updates-'));
  cloud = new TestCloud();
  await cloud.start();
  keys = (await writeSyntheticRelease(path('built-in'), [SMOKE, GLASS], OLD)).trustedKeys;
  agent = null;
});
afterEach(async () => {
  await agent?.stop();
  await cloud.stop();
  rmSync(home, { recursive: true });
});

async function publish(version: string, heads: readonly SyntheticHead[], golden?: { promised: number }): Promise<void> {
  const dir = path(`published-${version}`);
  const release = await writeSyntheticRelease(dir, heads, version);
  keys = [...keys, ...release.trustedKeys];
  if (golden) keys = [...keys, ...(await addGolden(dir, release.manifest, golden.promised))];
  await shelve(cloud, dir, version);
}

/** Adds a golden sound to the release: one second of silence, on which a synthetic head scores almost zero. */
async function addGolden(dir: string, manifest: object, promised: number): Promise<TrustedKeys> {
  const bytes = writeWav(new Float32Array(16_000));
  writeFileSync(join(dir, 'golden.wav'), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const golden = {
    file: 'golden.wav',
    sha256,
    bytes: bytes.length,
    heads: { smoke_alarm: promised },
    verifier: {},
    tolerance: 0.01,
  };
  return signManifest(dir, { ...manifest, golden: [golden] });
}

async function start(trialMs = 50): Promise<Agent> {
  const address = { url: cloud.url, token: cloud.token };
  agent = createAgent({
    home,
    releaseDir: path('built-in'),
    sources: [],
    cloud: address,
    trustedKeys: keys,
    releaseTrialMs: trialMs,
    heartbeatMs: 100,
  });
  await agent.start();
  return agent;
}

async function until(condition: () => boolean, tries = 500): Promise<void> {
  for (let i = 0; i < tries && !condition(); i++) await systemClock.sleep(20);
  expect(condition()).toBe(true);
}
/** What the app shows: the state that the newest heartbeat reported. */
const lastState = () => cloud.beats.at(-1)!.releaseState;
const running = () => agent!.status().release;

describe('updates of the release', () => {
  test('a new release is downloaded, proven, switched to and kept, and its new head detects its sound', async () => {
    await publish(NEW, [SMOKE, GLASS, DOG], { promised: 0 });
    await start();
    await until(() => agent!.status().releaseState.state === 'running' && running() === NEW);
    expect(agent!.status().labels).toEqual(['smoke_alarm', 'glass_break', 'dog_bark']);
    await agent!.stop();
    cloud.answer.release = null;
    await start();
    expect([running(), agent!.status().releaseState.state]).toEqual([NEW, 'running']);
  });

  test('when the cloud halts the roll-out, the device returns to the previous release and does not install the halted one again', async () => {
    await publish(NEW, [SMOKE, GLASS, DOG]);
    await start();
    await until(() => agent!.status().releaseState.state === 'running' && running() === NEW);
    const halted = cloud.answer.release;
    await shelve(cloud, path('built-in'), OLD);
    cloud.answer.release = { ...cloud.answer.release!, goBack: true };
    await until(() => running() === OLD);
    await until(() => lastState().state === 'rolled_back');
    expect(lastState().message).toContain(`the roll-out of ${NEW} was halted; ${OLD} runs again`);
    expect(agent!.status().labels).toEqual(['smoke_alarm', 'glass_break']);
    cloud.answer.release = halted;
    await systemClock.sleep(500);
    expect(running()).toBe(OLD);
    await agent!.stop();
    cloud.answer.release = null;
    await start();
    expect(running()).toBe(OLD);
  });

  test('an older release that never ran here is refused, even when the cloud orders it', async () => {
    await publish('2025-12-31.9', [SMOKE]);
    cloud.answer.release = { ...cloud.answer.release!, goBack: true };
    await start();
    await until(() => agent!.status().releaseState.state === 'refused');
    expect(running()).toBe(OLD);
  });

  test.each([
    [
      'a signature by a key that is not trusted',
      async () => void (await publish(NEW, [SMOKE]), (keys = keys.slice(0, 1))),
      'not signed by a trusted key',
    ],
    ['an older version', () => publish('2025-12-31.9', [SMOKE]), 'older than the one that is running'],
    [
      'golden sounds that have other scores on this machine',
      () => publish(NEW, [SMOKE], { promised: 0.7 }),
      'smoke_alarm scores 0.',
    ],
  ])('%s: the release is refused, the old one runs, and the app shows the reason', async (_, prepare, message) => {
    await prepare();
    await start();
    await until(() => agent!.status().releaseState.state === 'refused');
    expect(running()).toBe(OLD);
    expect(agent!.status().releaseState.message).toContain(message);
    await until(() => lastState().state === 'refused');
    const fetched = cloud.beats.length;
    await until(() => cloud.beats.length > fetched);
    expect(running()).toBe(OLD);
  });

  test('refuses a release whose signed manifest is older than the version that the cloud names', async () => {
    await publish('2025-06-01.1', [SMOKE]);
    cloud.answer.release = { ...cloud.answer.release!, version: '2027-01-01.1' };
    await start();
    await until(() => agent!.status().releaseState.state === 'refused');
    expect([running(), agent!.status().releaseState.message]).toEqual([
      OLD,
      expect.stringContaining('The cloud offers 2025-06-01.1'),
    ]);
  });

  test('a download that breaks off changes nothing; later only the missing part is downloaded', async () => {
    await publish(NEW, [SMOKE, DOG]);
    const trunk = [...cloud.files.entries()].find(([, bytes]) =>
      bytes.equals(readFileSync(path(`published-${NEW}`, 'head-dog_bark.onnx'))),
    )!;
    cloud.files.set(trunk[0], trunk[1].subarray(0, 100));
    await start();
    await until(() => agent!.status().releaseState.message?.includes('truncated') ?? false);
    expect(running()).toBe(OLD);
    cloud.files.clear();
    cloud.files.set(...trunk);
    for (const name of ['verifier.onnx', 'decision.json']) {
      const bytes = readFileSync(path(`published-${NEW}`, name));
      cloud.files.set(createHash('sha256').update(bytes).digest('hex'), bytes);
    }
    await until(() => running() === NEW);
  });

  test('a connection that breaks in every download: each try continues where the last one ended, and no release is refused', async () => {
    await publish(NEW, [SMOKE, DOG]);
    cloud.cutFilesAfter = 1_000;
    await start();
    // After the first failure the pause is 1 to 2 s.
    await until(() => cloud.fileRequests.some(({ from }) => from === 1_000), 1_500);
    expect(agent!.status().releaseState.state).toBe('updating');
    cloud.cutFilesAfter = Infinity;
    await until(() => running() === NEW, 1_500);
    const total = [...cloud.files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(cloud.fileRequests.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(total);
  });

  test('SIGKILL during the trial of a release: the old one runs, the app shows it, and the new one is not tried again', async () => {
    await publish(NEW, [SMOKE, DOG]);
    writeFileSync(path('keys.json'), JSON.stringify(keys));
    const victim = fileURLToPath(new URL('../testing/update-victim.ts', import.meta.url));
    const child = spawn(process.execPath, [victim, home, path('built-in'), path('keys.json'), cloud.url, cloud.token], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    for await (const words of child.stdout.setEncoding('utf8'))
      if (String(words).includes('on trial')) child.kill('SIGKILL');
    const before = cloud.beats.length;
    await start();
    expect([running(), agent!.status().releaseState.state]).toEqual([OLD, 'rolled_back']);
    await until(() => cloud.beats.length >= before + 2);
    expect(lastState()).toMatchObject({ state: 'rolled_back', message: expect.stringContaining('crashed') });
    expect(running()).toBe(OLD);
  });

  test('a release that is damaged on disk is replaced by the one that came with the software', async () => {
    await publish(NEW, [SMOKE]);
    await start();
    await until(() => running() === NEW && agent!.status().releaseState.state === 'running');
    await agent!.stop();
    cloud.answer.release = null;
    const name = `release-${createHash('sha256')
      .update(readFileSync(path(`published-${NEW}`, 'manifest.json')))
      .digest('hex')
      .slice(0, 16)}`;
    writeFileSync(path('device', 'releases', name, 'trunk.onnx'), 'rust');
    await start();
    expect([running(), agent!.status().releaseState.state]).toEqual([OLD, 'rolled_back']);
  });
});
