import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import type { IgnoredPrototype } from '@earshot/shared/contracts/ignored-sounds.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { createAgent } from '../agent.ts';
import type { Agent } from '../agent-types.ts';
import { ScriptedSource } from '../listening/testing/scripted-source.ts';
import { writeSyntheticRelease, type SyntheticRelease } from '../releases/testing/synthetic-release.ts';
import { TestCloud } from '../testing/test-cloud.ts';

const RATE = 16_000;
const HZ = 2_820;
const ID = '01890000-0000-7000-8000-000000000001';

let home: string;
let cloud: TestCloud;
let release: SyntheticRelease;
let agent: Agent | null;
/** How many seconds of sound were played. */
let playedS: number;
const problems: EarshotError[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'earshot-ignored-'));
  cloud = new TestCloud();
  await cloud.start();
  release = await writeSyntheticRelease(join(home, 'built-in'), [{ label: 'glass_break', band: 40 }]);
  agent = null;
  playedS = 0;
  problems.length = 0;
});
afterEach(async () => {
  await agent?.stop();
  await cloud.stop();
  rmSync(home, { recursive: true });
});

async function start(isPaired = true): Promise<ScriptedSource> {
  const source = new ScriptedSource();
  agent = createAgent({
    home,
    releaseDir: release.dir,
    sources: [source],
    cloud: isPaired ? { url: cloud.url, token: cloud.token } : null,
    trustedKeys: release.trustedKeys,
    heartbeatMs: 50,
    gate: false,
    mode: 'away',
  });
  agent.events.on('problem', (error) => problems.push(error));
  await agent.start();
  return source;
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !condition(); i++) await systemClock.sleep(20);
  expect(condition()).toBe(true);
}

/** What the last heartbeat of the device reported about ignored sounds. */
const reported = () => cloud.beats.at(-1)?.silenced ?? [];
const kept = () => join(home, 'device', 'ignored-sounds.json');

function offer(
  sounds: readonly IgnoredPrototype[] | null,
  bytes = Buffer.from(JSON.stringify({ schema: 1, sounds })),
): void {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  cloud.files.set(sha256, bytes);
  cloud.answer = { ...cloud.answer, ignored: sounds ? { sha256 } : null };
}

/**
 * Plays twelve seconds of a quiet room (longer than the device waits after a report) that contain the sound for one
 * second.
 */
function play(source: ScriptedSource): void {
  const samples = whiteNoise(12 * RATE, 0.0003, 5);
  sine(RATE, HZ, 0.2).forEach((value, i) => (samples[8 * RATE + i]! += value));
  for (let at = 0; at < samples.length; at += RATE)
    source.push({ samples: samples.slice(at, at + RATE), atSample: playedS * RATE + at, gapBefore: 0 });
  playedS += 12;
}

/** Plays the sound once, and returns an ignored sound made from the candidate that the device sent. */
async function heardSound(source: ScriptedSource): Promise<IgnoredPrototype> {
  const before = cloud.registered.length;
  play(source);
  await until(() => cloud.registered.length > before);
  return { id: ID, label: 'glass_break', embedding: cloud.registered.at(-1)!.embedding! };
}

/** Starts a device, waits until it has one ignored sound on its disk, and stops it. */
async function stopWithIgnoredSound(): Promise<void> {
  const source = await start();
  offer([await heardSound(source)]);
  await until(() => existsSync(kept()));
  await agent!.stop();
  playedS = 0;
}

describe("a home's ignored sounds on its device", () => {
  test('are silenced and counted as soon as a heartbeat offers them, and reported again as soon as none does', async () => {
    const source = await start();
    const sound = await heardSound(source);
    offer([sound]);
    await until(() => reported().length === 1);
    expect(reported()).toEqual([{ id: ID, week: 0, lastAt: null }]);
    play(source);
    await until(() => reported()[0]?.week === 1);
    expect(reported()[0]?.lastAt).not.toBeNull();
    expect(cloud.registered).toHaveLength(1);
    offer(null);
    await until(() => reported().length === 0);
    expect(existsSync(kept())).toBe(false);
    await heardSound(source);
    expect(problems).toEqual([]);
  });

  test('are kept with their counts, so that they are silenced after a start without the cloud', async () => {
    const source = await start();
    offer([await heardSound(source)]);
    await until(() => reported().length === 1);
    play(source);
    await until(() => reported()[0]?.week === 1);
    await agent!.stop();
    await cloud.stop();
    const again = await start();
    playedS = 0;
    play(again);
    await until(() => agent!.status().silenced?.[0]?.week === 2);
    expect(cloud.registered).toHaveLength(1);
  });

  test('are not silenced by a device without a cloud, because nobody could remove them from the list', async () => {
    await stopWithIgnoredSound();
    const alone = await start(false);
    let reports = 0;
    agent!.events.on('candidate', () => void reports++);
    play(alone);
    await until(() => reports === 1);
  });

  test.each([
    ['does not match its contract', () => offer([], Buffer.from('{"schema":2}'))],
    ['is not JSON', () => offer([], Buffer.from('{'))],
    [
      'contains more than twenty sounds',
      () => {
        const embedding = { trunkSha256: '0'.repeat(64), values: '' };
        offer(Array.from({ length: 21 }, () => ({ id: ID, label: 'glass_break', embedding })));
      },
    ],
    [
      'differs from the offered file',
      () => (offer([]), cloud.files.forEach((_, sha256) => cloud.files.set(sha256, Buffer.from('{}')))),
    ],
  ])('are not taken from a file that %s: every sound is reported', async (_, give) => {
    const source = await start();
    give();
    await until(() => problems.length > 0);
    expect(problems[0]?.code).toBe('IGNORED_SOUNDS');
    expect(reported()).toEqual([]);
    await heardSound(source);
    expect(problems).toHaveLength(1);
  });

  test('are not taken from a damaged file on disk: it is set aside and reported, and every sound is reported', async () => {
    await stopWithIgnoredSound();
    writeFileSync(kept(), readFileSync(kept(), 'utf8').replace('"schema"', '"scheme"'));
    cloud.answer = { ...cloud.answer, ignored: null };
    await heardSound(await start());
    expect(problems.map(({ code }) => code)).toEqual(['RECORD_CORRUPT']);
  });
});
