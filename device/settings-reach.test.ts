import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { createAgent } from './agent.ts';
import type { Agent } from './agent-types.ts';
import type { AudioBlock, AudioSource } from './audio/source.ts';
import { writeSyntheticRelease } from './releases/testing/synthetic-release.ts';
import { TestCloud } from './testing/test-cloud.ts';

/** The synthetic head responds to mel band 40, whose centre is at 2.8 kHz. */
const TONE_HZ = 2_820;
const RATE = 16_000;
/**
 * Amplitude of a tone that is reported at the sensitivity "high" but not at "low", by a head whose threshold at
 * "medium" is 0.8.
 */
const FAINT = 0.0019;

/** A microphone that delivers the sound that the test gives it. */
class Spoken implements AudioSource {
  readonly name = 'spoken';
  readonly live = true;
  readonly trouble = null;
  private waiting: Float32Array[] = [];
  private wake: () => void = () => undefined;
  private taken: () => void = () => undefined;

  restart(): void {
    // Does nothing: the test supplies the sound, so there is no recorder to restart.
  }

  /** Resolves when all of the sound has been processed. */
  async say(samples: Float32Array): Promise<void> {
    this.waiting.push(samples);
    const heard = new Promise<void>((resolve) => (this.taken = resolve));
    this.wake();
    await heard;
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    let atSample = 0;
    signal.addEventListener('abort', () => this.wake());
    while (!signal.aborted) {
      const samples = this.waiting.shift();
      if (samples) {
        yield { samples, atSample, gapBefore: 0 };
        atSample += samples.length;
        if (this.waiting.length === 0) this.taken();
      } else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** Twelve seconds of a quiet room with a tone of one and a half seconds. */
function crash(amplitude: number): Float32Array {
  const samples = whiteNoise(12 * RATE, 0.001, 3);
  samples.set(sine(1.5 * RATE, TONE_HZ, amplitude), 2 * RATE);
  return samples;
}

let home: string;
let cloud: TestCloud;
let clock: FakeClock;
let microphone: Spoken;
let agent: Agent;
let reported: string[];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'earshot-reach-'));
  const { trustedKeys } = await writeSyntheticRelease(join(home, 'release'), [
    { label: 'glass_break', band: 40, threshold: 0.8 },
  ]);
  cloud = new TestCloud();
  await cloud.start();
  cloud.answer.settings = glassFor(1, ['home', 'away'], 'medium');
  clock = new FakeClock();
  microphone = new Spoken();
  agent = createAgent({
    home,
    releaseDir: join(home, 'release'),
    sources: [microphone],
    cloud: { url: cloud.url, token: cloud.token },
    clock,
    trustedKeys,
  });
  reported = [];
  agent.events.on('candidate', ({ candidate }) => reported.push(candidate.label));
  await agent.start();
  await until(() => agent.status().settingsVersion === 1);
});
afterEach(async () => {
  await agent.stop();
  await cloud.stop();
  rmSync(home, { recursive: true });
});

function glassFor(version: number, modes: ('home' | 'away')[], level: 'low' | 'medium' | 'high'): HomeSettings {
  return { ...defaultSettings('UTC'), version, sounds: { glass_break: { modes, level } } };
}

/** Waits in real time: the cloud answers over real HTTP, which takes no time on the device's fake clock. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await systemClock.sleep(10);
  expect(condition()).toBe(true);
}

/** Changes settings in the app. When this resolves, the device's clock has advanced by five seconds. */
async function choose(settings: HomeSettings): Promise<void> {
  // After this pause the settings of the last answer are on disk, and the device waits for its next heartbeat.
  await systemClock.sleep(200);
  cloud.answer.settings = settings;
  await clock.advance(5_000);
  await until(() => agent.status().settingsVersion === settings.version);
}

test('a sound switched off in the app is not reported 5 s later, and is reported again 5 s after it is switched on', async () => {
  await microphone.say(crash(0.3));
  expect(reported).toEqual(['glass_break']);
  await choose(glassFor(2, ['away'], 'medium'));
  await microphone.say(crash(0.3));
  expect(reported).toEqual(['glass_break']);
  await choose(glassFor(3, ['home'], 'medium'));
  await microphone.say(crash(0.3));
  expect(reported).toEqual(['glass_break', 'glass_break']);
});

test('a sensitivity chosen in the app applies 5 s later', async () => {
  const faint = crash(FAINT);
  await choose(glassFor(2, ['home'], 'low'));
  await microphone.say(faint);
  expect(reported).toEqual([]);
  await choose(glassFor(3, ['home'], 'high'));
  await microphone.say(faint);
  expect(reported).toEqual(['glass_break']);
});
