import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { createAgent, type Agent } from './agent.ts';
import type { AudioBlock, AudioSource } from './audio/source.ts';
import { writeSyntheticRelease } from './releases/testing/synthetic-release.ts';
import { TestCloud } from './testing/test-cloud.ts';

/** The synthetic head answers to mel band 40, whose middle lies at 2.8 kHz. */
const TONE_HZ = 2_820;
const RATE = 16_000;
/** Between what it takes at "low" and at "high", of a head that takes 0.8 at "medium". */
const FAINT = 0.0019;

/** A microphone that a test speaks into. */
class Spoken implements AudioSource {
  readonly name = 'spoken';
  readonly live = true;
  readonly trouble = null;
  private waiting: Float32Array[] = [];
  private wake: () => void = () => undefined;
  private taken: () => void = () => undefined;

  restart(): void {
    // Nothing to open.
  }

  /** Resolves when all of it was listened to. */
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

/** Twelve seconds of a quiet room, with a second and a half of tone in it. */
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
let told: string[];

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
  told = [];
  agent.events.on('candidate', ({ candidate }) => told.push(candidate.label));
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

/** The cloud is real HTTP: its answers take real time, and none of the device's. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await systemClock.sleep(10);
  expect(condition()).toBe(true);
}

/** What the app chose just now; the device's clock is five seconds on when this resolves. */
async function choose(settings: HomeSettings): Promise<void> {
  // The last answer's settings are on disk by then, and the device waits for its next beat.
  await systemClock.sleep(200);
  cloud.answer.settings = settings;
  await clock.advance(5_000);
  await until(() => agent.status().settingsVersion === settings.version);
}

test('a sound that was switched off in the app is not told of any more 5 s later, and is again 5 s after it was switched on', async () => {
  await microphone.say(crash(0.3));
  expect(told).toEqual(['glass_break']);
  await choose(glassFor(2, ['away'], 'medium'));
  await microphone.say(crash(0.3));
  expect(told).toEqual(['glass_break']);
  await choose(glassFor(3, ['home'], 'medium'));
  await microphone.say(crash(0.3));
  expect(told).toEqual(['glass_break', 'glass_break']);
});

test('a sensitivity that was chosen in the app decides 5 s later what is told', async () => {
  const faint = crash(FAINT);
  await choose(glassFor(2, ['home'], 'low'));
  await microphone.say(faint);
  expect(told).toEqual([]);
  await choose(glassFor(3, ['home'], 'high'));
  await microphone.say(faint);
  expect(told).toEqual(['glass_break']);
});
