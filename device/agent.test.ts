import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { defaultSettings } from '@earshot/shared/settings.ts';
import { SlowLine } from '@earshot/shared/testing/slow-line.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { createAgent } from './agent.ts';
import type { Agent, AgentOptions } from './agent-types.ts';
import { FileSource } from './audio/file-source.ts';
import { writeSyntheticRelease } from './releases/testing/synthetic-release.ts';
import type { AgentEvents } from './events.ts';
import { TestCloud } from './testing/test-cloud.ts';

/** The synthetic head responds to mel band 40, whose centre is at 2.8 kHz. */
const GLASS = { label: 'glass_break', band: 40 };
const TONE_HZ = 2_820;

let home: string;
let cloud: TestCloud;
let trustedKeys: NonNullable<AgentOptions['trustedKeys']>;
let agents: Agent[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'earshot-agent-'));
  ({ trustedKeys } = await writeSyntheticRelease(join(home, 'release'), [GLASS]));
  cloud = new TestCloud();
  await cloud.start();
});
afterEach(async () => {
  for (const agent of agents) await agent.stop();
  agents = [];
  await cloud.stop();
  rmSync(home, { recursive: true });
});

/** Quiet noise with loud tones: one second of tone at each time of `atS`. */
function recording(name: string, seconds: number, atS: number[]): string {
  const random = seededRandom(1);
  const samples = Float32Array.from({ length: seconds * 16_000 }, (_, i) => {
    const isLoud = atS.some((from) => i >= from * 16_000 && i < (from + 1) * 16_000);
    return 0.002 * (random() - 0.5) + (isLoud ? 0.5 * Math.sin((2 * Math.PI * TONE_HZ * i) / 16_000) : 0);
  });
  const path = join(home, `${name}.wav`);
  writeFileSync(path, writeWav(samples));
  return path;
}

function agentOn(
  files: string[],
  options: Partial<AgentOptions> = {},
): { agent: Agent; candidates: AgentEvents['candidate'][0][] } {
  const sources = files.map((file) => new FileSource(file, systemClock, true));
  const address = { url: cloud.url, token: cloud.token };
  const agent = createAgent({
    home,
    releaseDir: join(home, 'release'),
    sources,
    cloud: address,
    trustedKeys,
    mode: 'away',
    ...options,
  });
  agents.push(agent);
  const candidates: AgentEvents['candidate'][0][] = [];
  agent.events.on('candidate', (event) => candidates.push(event));
  return { agent, candidates };
}
const soon = () => AbortSignal.timeout(10_000);

describe('the agent', () => {
  test('detects a sound in a file and delivers it with its clip', async () => {
    const { agent, candidates } = agentOn([recording('a', 20, [12])]);
    await agent.start();
    await agent.ended;
    await agent.drain(soon());
    expect(candidates.map(({ candidate: { label }, atS }) => [label, Math.round(atS)])).toEqual([['glass_break', 12]]);
    const [registered] = cloud.registered;
    expect(registered).toMatchObject({ label: 'glass_break', mode: 'away', late: false, test: false });
    expect(registered?.release).toBe('2026-01-01.1');
    const { channels, sampleRate } = readWav(cloud.clips.get(registered!.id)!);
    expect(sampleRate).toBe(16_000);
    const { eventStartS } = registered!.clip!;
    const loudFrom = channels[0]!.findIndex((x) => Math.abs(x) > 0.3) / 16_000;
    expect(Math.abs(loudFrom - eventStartS)).toBeLessThan(0.5);
    expect(loudFrom).toBeGreaterThan(2);
  });

  test('reports that the sound has ended', async () => {
    const { agent } = agentOn([recording('a', 30, [5])]);
    await agent.start();
    await agent.ended;
    await agent.drain(soon());
    expect(cloud.heard.map(({ id, heard }) => [id, heard.ended])).toEqual([[cloud.registered[0]!.id, true]]);
  });

  test('keeps its candidates while it has no cloud, and delivers them after a later start with a cloud', async () => {
    const alone = agentOn([recording('a', 10, [5])], { cloud: null });
    await alone.agent.start();
    await alone.agent.ended;
    expect(alone.agent.status().outbox.records).toBe(1);
    await alone.agent.stop();
    agents = [];
    const { agent } = agentOn([]);
    await agent.start();
    await agent.drain(soon());
    expect(cloud.registered).toHaveLength(1);
    expect(cloud.clips.size).toBe(1);
  });

  test('when the disk refuses every write, listens to all sources, delivers from memory and reports the fault', async () => {
    writeFileSync(join(home, 'device'), 'a file, no folder');
    const problems: string[] = [];
    const { agent } = agentOn([recording('a', 20, [3, 15]), recording('b', 10, [5])]);
    agent.events.on('problem', ({ code }) => void problems.push(code));
    await agent.start();
    await agent.ended;
    await agent.drain(soon());
    expect(cloud.registered.map(({ source }) => source.slice(-5)).sort()).toEqual(['a.wav', 'a.wav', 'b.wav']);
    expect(cloud.clips.size).toBe(3);
    expect(problems).toContain('DISK_UNWRITABLE');
  });

  test('reports the cloud as unreachable within 10 s of its last answer when the connection hangs', async () => {
    const line = new SlowLine(cloud.url);
    const { agent } = agentOn([], { cloud: { url: await line.start(), token: cloud.token } });
    await agent.start();
    for (let i = 0; i < 200 && !agent.isOnline(); i++) await systemClock.sleep(20);
    expect(agent.isOnline()).toBe(true);
    const before = performance.now();
    line.silence(true);
    while (agent.isOnline() && performance.now() - before < 30_000) await systemClock.sleep(50);
    expect(performance.now() - before).toBeLessThan(12_000);
    line.silence(false);
    for (let i = 0; i < 600 && !agent.isOnline(); i++) await systemClock.sleep(50);
    expect(agent.isOnline()).toBe(true);
    await agent.stop();
    await line.stop();
  });

  test('several sources are processed independently', async () => {
    const { agent, candidates } = agentOn([recording('a', 10, [3]), recording('b', 10, []), recording('c', 10, [6])]);
    await agent.start();
    await agent.ended;
    expect(candidates.map(({ candidate: { source }, atS }) => [source.slice(-5), Math.round(atS)]).sort()).toEqual([
      ['a.wav', 3],
      ['c.wav', 6],
    ]);
  });

  test("reports no candidate for a sound that is not enabled in the home's mode", async () => {
    const settings = {
      ...defaultSettings('UTC'),
      version: 5,
      sounds: { glass_break: { modes: ['night' as const], level: 'medium' as const } },
    };
    cloud.answer.settings = settings;
    const { agent, candidates } = agentOn([]);
    await agent.start();
    for (let i = 0; i < 200 && agent.status().settingsVersion !== 5; i++) await systemClock.sleep(20);
    await agent.stop();
    agents = [];
    const again = agentOn([recording('a', 10, [5])]);
    await again.agent.start();
    await again.agent.ended;
    expect([...candidates, ...again.candidates]).toEqual([]);
  });

  test('reports an unreadable source with its name, and processes the other sources to their end', async () => {
    writeFileSync(join(home, 'broken.wav'), 'RIFF');
    const { agent, candidates } = agentOn([join(home, 'broken.wav'), recording('a', 10, [5])]);
    await agent.start();
    await expect(agent.ended).rejects.toMatchObject({
      code: 'AUDIO_UNREADABLE',
      message: expect.stringContaining('broken.wav'),
    });
    expect(candidates).toHaveLength(1);
  });

  test('stops within two seconds in the middle of a recording and loses nothing', async () => {
    const { agent, candidates } = agentOn([recording('a', 10, [2])], { cloud: null });
    await agent.start();
    for (let i = 0; i < 200 && candidates.length === 0; i++) await systemClock.sleep(10);
    const before = performance.now();
    await agent.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(agent.status().outbox.records).toBe(1);
  });
});
