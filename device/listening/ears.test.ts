import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EarshotError } from '@earshot/shared/errors.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import { listenToAll } from '../detect/detector-settings.ts';
import { AgentEmitter, type AgentEvents } from '../events.ts';
import { Network } from '../network/network.ts';
import { Outbox } from '../outbox/outbox.ts';
import { loadRelease } from '../releases/release.ts';
import { writeSyntheticRelease, type SyntheticHead } from '../releases/testing/synthetic-release.ts';
import { CandidateDesk } from './candidate-desk.ts';
import { Ears } from './ears.ts';
import { ScriptedSource } from './testing/scripted-source.ts';

const GLASS = { label: 'glass_break', band: 40 };
const TONE_HZ = 2_820;
const never = new AbortController().signal;

let dir: string;
let network: Network;
let outbox: Outbox;
let events: AgentEmitter;
let clock: FakeClock;
let problems: EarshotError[];
let candidates: AgentEvents['candidate'][0][];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earshot-ears-'));
  network = await load('first');
  clock = new FakeClock();
  events = new AgentEmitter();
  problems = [];
  candidates = [];
  events.on('problem', (error) => problems.push(error));
  outbox = new Outbox(join(dir, 'outbox'), (error) => events.emit('problem', error));
  await outbox.start();
});
afterEach(() => rm(dir, { recursive: true }));

async function load(name: string, head: SyntheticHead = GLASS): Promise<Network> {
  const { trustedKeys } = await writeSyntheticRelease(join(dir, name), [head]);
  return Network.load(await loadRelease(join(dir, name), { trustedKeys }));
}

function earsOf(...sources: ScriptedSource[]): Ears {
  const settings = listenToAll([GLASS.label], 'medium');
  const desk = new CandidateDesk(outbox, events, clock, () => ({ mode: 'night', isTesting: false }));
  return new Ears({ sources, network, settings, desk, events, clock, monotonicMs: () => clock.nowMs() });
}
const withGlass = (name: string) => new ScriptedSource(name).play(3).play(1, TONE_HZ).play(3).end();

describe('Ears, which listens to all sources of a device', () => {
  test('processes every source through one network, and names the source of each detection', async () => {
    events.on('candidate', (event) => candidates.push(event));
    await earsOf(withGlass('kitchen'), withGlass('hall')).run(never);
    expect(candidates.map(({ candidate }) => candidate.source).sort()).toEqual(['hall', 'kitchen']);
    expect(outbox.stats().records).toBe(2);
  });

  test.each(['candidate', 'hears', 'health', 'sourceEnd'] as const)(
    'continues when an observer of "%s" throws, and reports a problem',
    async (event) => {
      events.on(event, () => {
        throw new Error('EPIPE');
      });
      events.on('candidate', (heard) => candidates.push(heard));
      const source = new ScriptedSource();
      const running = earsOf(source).run(never);
      // After half a minute without sound the health of the source changes.
      await clock.advance(30_000);
      source.play(3).play(1, TONE_HZ).play(3).end();
      await running;
      expect(candidates).toHaveLength(1);
      expect(outbox.stats().records).toBe(1);
      expect(problems.map(({ message }) => message).join()).toContain(`An observer of "${event}" failed: EPIPE`);
    },
  );

  test('reports a source that fails, continues with the others, and fails with that error when all have ended', async () => {
    events.on('candidate', (event) => candidates.push(event));
    const health: string[] = [];
    events.on('health', ({ name, state }) => health.push(`${name} ${state}`));
    const broken = new ScriptedSource('cellar').fail(new EarshotError('AUDIO_SOURCE', 'arecord is not installed'));
    await expect(earsOf(broken, withGlass('hall')).run(never)).rejects.toMatchObject({ code: 'AUDIO_SOURCE' });
    expect(candidates.map(({ candidate }) => candidate.source)).toEqual(['hall']);
    expect(problems).toMatchObject([{ code: 'AUDIO_SOURCE' }]);
    expect(health).toContain('cellar failed');
  });

  test('reports that a source has ended, except after a stop', async () => {
    const ends: string[] = [];
    events.on('sourceEnd', ({ source, seconds }) => ends.push(`${source} ${seconds}`));
    await earsOf(new ScriptedSource('file').play(2).end()).run(never);
    const stop = new AbortController();
    const running = earsOf(new ScriptedSource('mic').play(2)).run(stop.signal);
    stop.abort();
    await running;
    expect(ends).toEqual(['file 2']);
  });

  test('leaves a recording that has ended out of the health and the scores, and keeps a microphone', async () => {
    const recording = new ScriptedSource('demo.wav').play(2, TONE_HZ).end();
    recording.live = false;
    const microphone = new ScriptedSource('mic').play(2);
    const ears = earsOf(recording, microphone);
    const ended = new Promise<void>((resolve) => events.on('sourceEnd', () => resolve()));
    const running = ears.run(never);
    expect(ears.health.map(({ name }) => name)).toEqual(['demo.wav', 'mic']);
    await ended;
    expect(ears.health.map(({ name }) => name)).toEqual(['mic']);
    microphone.end();
    await running;

    const only = earsOf(Object.assign(new ScriptedSource('demo.wav').play(2, TONE_HZ).end(), { live: false }));
    await only.run(never);
    expect([only.health, only.scores]).toEqual([[], []]);
  });

  test('a source that fails stays in the health as failed', async () => {
    const broken = new ScriptedSource('cellar').fail(new EarshotError('AUDIO_UNREADABLE', 'cellar.wav'));
    broken.live = false;
    const ears = earsOf(broken, withGlass('hall'));
    await expect(ears.run(never)).rejects.toThrow();
    expect(ears.health[0]).toEqual({ name: 'cellar', state: 'failed', reason: 'AUDIO_UNREADABLE', levelDbfs: null });
  });

  test("reports the recorder's message when a microphone becomes deaf because it cannot be opened", async () => {
    const source = Object.assign(new ScriptedSource('mic'), { trouble: 'unplugged', complaint: 'No such device' });
    const stop = new AbortController();
    const running = earsOf(source).run(stop.signal);
    await clock.advance(25_000);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('mic: No such device')]);
    stop.abort();
    await running;
  });

  describe('while a report is held', () => {
    let source: ScriptedSource;
    let running: Promise<void>;
    beforeEach(async () => {
      await network.close();
      network = await load('listening', { ...GLASS, holdS: 10, listenOnS: 2 });
      events.on('candidate', (event) => candidates.push(event));
      source = new ScriptedSource().play(3).play(1.5, TONE_HZ);
      const ears = earsOf(source);
      running = ears.run(never);
      while (ears.rings[0]!.end < 4.5 * SAMPLE_RATE) await new Promise((resolve) => setImmediate(resolve));
      await ears.configure(listenToAll([GLASS.label], 'medium'));
      expect(candidates).toEqual([]);
    });
    const beganAgoMs = ({ candidate }: AgentEvents['candidate'][0]) =>
      Date.parse(candidate.detectedAt) - Date.parse(candidate.startedAt);
    const startMs = ({ candidate }: AgentEvents['candidate'][0]) => (candidate.startSample * 1000) / SAMPLE_RATE;

    test('sends it when no more sound comes, and says when the sound began', async () => {
      const sent = new Promise((resolve) => events.on('candidate', resolve));
      await clock.advance(3_000);
      await sent;
      const [late] = candidates as [AgentEvents['candidate'][0]];
      const sentAfterMs = beganAgoMs(late) + startMs(late) - 4_500;
      expect(sentAfterMs).toBeGreaterThanOrEqual(2_000);
      expect(sentAfterMs).toBeLessThanOrEqual(3_000);
      source.end();
      await running;
      expect(candidates).toHaveLength(1);
    });

    test('sends it when a gap ends, and says when the sound began', async () => {
      await clock.advance(1_000);
      source.gap(1).end();
      await running;
      const [late] = candidates as [AgentEvents['candidate'][0]];
      // 4.5 s of sound, the gap, and the block of 0.25 s after it.
      expect(beganAgoMs(late)).toBeCloseTo(5_750 - startMs(late), -1);
    });
  });

  test('closes the old network when it switches to another network', async () => {
    const closed: string[] = [];
    const close = network.close.bind(network);
    network.close = async () => {
      closed.push('first');
      await close();
    };
    const ears = earsOf(new ScriptedSource());
    const second = await load('second');
    await ears.switchTo(second);
    expect(closed).toEqual(['first']);
    expect(ears.network).toBe(second);
  });
});
