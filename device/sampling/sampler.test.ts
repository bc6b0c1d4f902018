import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { systemClock } from '@earshot/shared/clock.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { createAgent } from '../agent.ts';
import type { AudioBlock, AudioSource } from '../audio/source.ts';
import { writeSyntheticRelease } from '../releases/testing/synthetic-release.ts';
import { TestCloud } from '../testing/test-cloud.ts';
import { SampleShare } from './sample-share.ts';

const RATE = 16_000;
/**
 * The synthetic head responds to mel band 40, whose centre is at 2.8 kHz. A tone of this level reaches the head's floor
 * but, at the sensitivity "low", not its threshold.
 */
const FAINT_HZ = 2_820;
const FAINT = 0.0019;

let dir: string;
let cloud: TestCloud;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earshot-sampler-'));
  cloud = new TestCloud();
  await cloud.start();
});
afterEach(async () => {
  await cloud.stop();
  await rm(dir, { recursive: true });
});

/**
 * Plays faint sounds to a device whose home listens for glass at the sensitivity "low". Returns what the device
 * reported.
 */
async function hear(samples: boolean, random: number): Promise<string[]> {
  // Each call uses a new home, because a device emits "settings" only when they are new.
  const home = await mkdtemp(join(dir, 'home-'));
  const releaseDir = join(home, 'release');
  const { trustedKeys } = await writeSyntheticRelease(releaseDir, [{ label: 'glass_break', band: 40, threshold: 0.8 }]);
  const sounds = { glass_break: { modes: ['home' as const], level: 'low' as const } };
  cloud.answer.settings = { ...defaultSettings('UTC'), version: 1, sounds, samples };
  const settled = Promise.withResolvers<void>();
  const source: AudioSource = {
    name: 'mic',
    live: true,
    trouble: null,
    restart: () => undefined,
    async *start(): AsyncGenerator<AudioBlock> {
      await settled.promise;
      const sound = whiteNoise(12 * RATE, 0.001, 3);
      sound.set(sine(1.5 * RATE, FAINT_HZ, FAINT), 2 * RATE);
      yield { samples: sound, atSample: 0, gapBefore: 0 };
    },
  };
  const agent = createAgent({
    home,
    releaseDir,
    sources: [source],
    cloud: { url: cloud.url, token: cloud.token },
    trustedKeys,
    gate: false,
    random: () => random,
  });
  const reported: string[] = [];
  agent.events.on('candidate', ({ candidate }) => reported.push(candidate.label));
  agent.events.on('problem', (error) => reported.push(error.message));
  agent.events.on('settings', () => settled.resolve());
  await agent.start();
  try {
    await agent.ended;
    // When an upload is expected, wait for it. When none is expected, there is nothing to wait for.
    for (let n = 0; n < 500 && cloud.storedSamples.length < cloud.samples.length; n++) await systemClock.sleep(20);
  } finally {
    await agent.stop();
  }
  return reported;
}

test('a home that opted in sends a near miss with propensity and recording, and reports nothing', async () => {
  expect(await hear(true, 0.1)).toEqual([]);
  const [sample, ...others] = cloud.samples;
  expect(others).toEqual([]);
  expect(sample).toMatchObject({ label: 'glass_break', level: 'low', propensity: 0.25, policy: 'near-miss-1' });
  expect(sample!.score).toBeLessThan(sample!.threshold);
  expect(sample!.peakS).toBeGreaterThan(1.5);
  expect(sample!.peakS).toBeLessThan(4.5);
  expect(cloud.storedSamples).toHaveLength(1);
  const recording = cloud.recordings.get(cloud.storedSamples[0]!)!;
  expect(createHash('sha256').update(recording).digest('hex')).toBe(sample!.clip.sha256);
});

test('sends nothing when the home has not opted in, and otherwise only the near misses that were chosen at random', async () => {
  await hear(false, 0);
  await hear(true, 0.3);
  expect(cloud.samples).toEqual([]);
});

test('of the near misses of a label, the sent share depends only on the number of these near misses in the last day', () => {
  const share = new SampleShare();
  const shares = Array.from({ length: 300 }, () => share.next('glass_break', 0));
  expect(shares[0]).toBe(0.25);
  expect(shares[19]).toBeCloseTo(0.1, 6);
  expect(shares[299]).toBe(0.02);
  expect(share.next('smoke_alarm', 0)).toBe(0.25);
  expect(share.next('glass_break', 86_400_001)).toBe(0.25);
});
