import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { createAgent } from './agent.ts';
import type { Agent } from './agent-types.ts';
import { ScriptedSource } from './listening/testing/scripted-source.ts';
import { writeSyntheticRelease } from './releases/testing/synthetic-release.ts';
import { TestCloud } from './testing/test-cloud.ts';

const EXAMPLE = '01890000-0000-7000-8000-000000000001';
const RATE = 16_000;
/**
 * 12 s of sound, to which the synthetic head responds once (mel band 40, at 2.8 kHz): its score reaches the floor,
 * where a near miss begins, but not the threshold, where a sound is reported.
 */
const nearMiss = (): Float32Array => {
  const sound = whiteNoise(12 * RATE, 0.001, 3);
  sound.set(sine(1.5 * RATE, 2_820, 0.0019), 2 * RATE);
  return sound;
};

let home: string;
let cloud: TestCloud;
let agent: Agent | null;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earshot-link-'));
  cloud = new TestCloud();
  await cloud.start();
  agent = null;
});
afterEach(async () => {
  await agent?.stop();
  await cloud.stop();
  await rm(home, { recursive: true });
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await systemClock.sleep(20);
  expect(condition()).toBe(true);
}

/**
 * Counts the recordings that the cloud receives from a home that opted in to samples, while one member listens live and
 * another asks for an example.
 */
async function recordingsOf(dropIn: boolean): Promise<{ examples: number; samples: number; segments: number }> {
  const releaseDir = join(home, 'release');
  const { trustedKeys } = await writeSyntheticRelease(releaseDir, [{ label: 'glass_break', band: 40, threshold: 0.8 }]);
  const sounds = { glass_break: { modes: ['home' as const], level: 'low' as const } };
  const settings = { ...defaultSettings('UTC'), version: 1, sounds, samples: true };
  const source = new ScriptedSource().play(1);
  agent = createAgent({
    home,
    releaseDir,
    sources: [source],
    cloud: { url: cloud.url, token: cloud.token },
    trustedKeys,
    heartbeatMs: 50,
    gate: false,
    dropIn,
    random: () => 0,
  });
  await agent.start();
  cloud.answer = { ...cloud.answer, settings, record: { id: EXAMPLE, seconds: 2 }, listeners: ['Ann'] };
  const beats = cloud.beats.length;
  await until(() => cloud.beats.length > beats + 3);
  expect(cloud.beats.at(-1)?.dropIn).toBe(dropIn);
  const sound = nearMiss();
  for (let at = 0; at < sound.length; at += RATE)
    source.push({ samples: sound.slice(at, at + RATE), atSample: RATE + at, gapBefore: 0 });
  if (dropIn) await until(() => cloud.examples.length > 0 && cloud.samples.length > 0 && cloud.segments.length > 0);
  // Wait several times as long as a device needs to send all recordings that it is allowed to make.
  else await systemClock.sleep(1_500);
  return { examples: cloud.examples.length, samples: cloud.samples.length, segments: cloud.segments.length };
}

test('a device sends live sound, examples and samples when they are asked for', async () => {
  await recordingsOf(true);
});

test('a device whose owner forbids recordings of the room sends none, whatever the cloud asks for', async () => {
  expect(await recordingsOf(false)).toEqual({ examples: 0, samples: 0, segments: 0 });
});
