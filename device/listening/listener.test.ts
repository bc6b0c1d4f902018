import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SourceHealth } from '@earshot/shared/contracts/device.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import type { CandidateDetection, Detection } from '../detect/detection.ts';
import { listenToAll } from '../detect/detector-settings.ts';
import { Network } from '../network/network.ts';
import { loadRelease } from '../releases/release.ts';
import { writeSyntheticRelease, type SyntheticHead } from '../releases/testing/synthetic-release.ts';
import { clipWindow } from './clip.ts';
import { Listener } from './listener.ts';
import { ScriptedSource } from './testing/scripted-source.ts';

/** The synthetic head responds to mel band 40, whose centre is at 2.8 kHz. */
const GLASS = { label: 'glass_break', band: 40 };
const TONE_HZ = 2_820;
const EVERYTHING = listenToAll([GLASS.label], 'medium');
const NOTHING = { ...EVERYTHING, sounds: { [GLASS.label]: { modes: [], level: 'medium' as const } } };
const never = new AbortController().signal;

let dir: string;
let source: ScriptedSource;
let network: Network;
let detections: Detection[];
let healths: SourceHealth[];
let problems: unknown[];
let nowMs: number;
/** Called with each detection before the test stores it. */
let onDetection: (listener: Listener, detection: Detection) => Promise<void>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earshot-listener-'));
  network = await load('first', '2026-01-01.1');
  source = new ScriptedSource();
  detections = [];
  healths = [];
  problems = [];
  nowMs = 0;
  onDetection = async () => undefined;
});
afterEach(() => rm(dir, { recursive: true }));

async function load(name: string, version: string, head: SyntheticHead = GLASS): Promise<Network> {
  const { trustedKeys } = await writeSyntheticRelease(join(dir, name), [head], version);
  return Network.load(await loadRelease(join(dir, name), { trustedKeys }));
}

function listenerWith(settings = EVERYTHING): Listener {
  const events = {
    detected: async (listener: Listener, detection: Detection) => {
      await onDetection(listener, detection);
      detections.push(detection);
    },
    nearMiss: () => undefined,
    second: () => undefined,
    health: (_: Listener, health: SourceHealth) => void healths.push(health),
    problem: (thrown: unknown) => void problems.push(thrown),
  };
  return new Listener(source, network, settings, events, () => nowMs);
}
const candidates = () => detections.filter((each): each is CandidateDetection => each.type === 'candidate');

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a listener', () => {
  test("reports a sound with its position on the source's time line", async () => {
    source.play(3).play(1, TONE_HZ).play(3).end();
    await listenerWith().run(never);
    expect(candidates().map(({ label }) => label)).toEqual(['glass_break']);
    expect(candidates()[0]!.startSample / SAMPLE_RATE).toBeCloseTo(3, 0);
  });

  test('adds the length of a gap to the positions of the sound after it', async () => {
    source.play(3).gap(100).play(3).play(1, TONE_HZ).play(3).end();
    const listener = listenerWith();
    await listener.run(never);
    expect(candidates()).toHaveLength(1);
    // 3 s of sound, the gap of 100 s with the first quarter of a second after it, and 3 s more.
    expect(candidates()[0]!.startSample / SAMPLE_RATE).toBeCloseTo(106.25, 0);
    expect(listener.seconds).toBeCloseTo(110.25, 1);
  });

  test('ends an event at a gap, and gives the next event another id', async () => {
    source.play(3).play(1, TONE_HZ).play(1).gap(100).play(3).play(1, TONE_HZ).play(3).end();
    await listenerWith().run(never);
    const [before, after] = candidates();
    expect(detections.map((one) => [one.type, 'eventId' in one && one.eventId])).toEqual(
      expect.arrayContaining([
        ['candidate', before!.eventId],
        ['ended', before!.eventId],
        ['candidate', after!.eventId],
      ]),
    );
    expect(after!.eventId).not.toBe(before!.eventId);
  });

  test('applies new settings between two blocks while the source continues', async () => {
    source.play(3).play(1, TONE_HZ).play(20);
    const listener = listenerWith(NOTHING);
    const running = listener.run(never);
    await listener.configure(EVERYTHING);
    while (listener.seconds < 24) await new Promise((resolve) => setImmediate(resolve));
    await listener.configure(NOTHING);
    source.play(1, TONE_HZ).play(3).end();
    await running;
    expect(candidates()).toHaveLength(1);
  });

  test('continues with another network, and reports the release of that network', async () => {
    source.play(3);
    const listener = listenerWith();
    const running = listener.run(never);
    expect(listener.release).toBe('2026-01-01.1');
    await listener.switchTo(await load('second', '2026-01-02.1'));
    expect(listener.release).toBe('2026-01-02.1');
    source.play(1, TONE_HZ).play(3).end();
    await running;
    expect(candidates()).toHaveLength(1);
  });

  describe('whose release says to listen on after a decision', () => {
    const LISTEN_ON_S = 2;
    beforeEach(async () => {
      await network.close();
      network = await load('listening', '2026-01-01.1', { ...GLASS, holdS: 10, listenOnS: LISTEN_ON_S });
    });

    /** A listener that decided about a sound and has not sent its report. */
    async function holding() {
      source.play(3).play(1.5, TONE_HZ);
      const listener = listenerWith();
      const running = listener.run(never);
      await heard(listener, 4.5);
      expect(candidates()).toEqual([]);
      return { listener, running };
    }
    async function heard(listener: Listener, seconds: number): Promise<void> {
      while (listener.seconds < seconds) await settled();
      // The turn of the last block.
      await listener.configure(EVERYTHING);
    }
    const failWith = (error: Error) => {
      onDetection = async () => {
        throw error;
      };
    };

    test('sends a clip that contains the sound after the decision', async () => {
      let clip: Float32Array = new Float32Array(0);
      onDetection = async (listener, detection) => {
        if (detection.type !== 'candidate') return;
        const { from, to } = clipWindow(detection.detectedSample, listener.clipS);
        clip = listener.ring.read(from, to);
      };
      source.play(11).play(4, TONE_HZ).play(9).end();
      await listenerWith().run(never);
      expect(candidates()).toHaveLength(1);
      const toneS = clip.filter((sample) => Math.abs(sample) > 0.01).length / SAMPLE_RATE;
      expect(toneS).toBeGreaterThan(LISTEN_ON_S);
      expect(candidates()[0]!.startSample / SAMPLE_RATE).toBeCloseTo(11, 0);
    });

    test('sends a report that was decided with the old network before it uses another one, under the old release', async () => {
      const releases: string[] = [];
      onDetection = async ({ release }) => void releases.push(release);
      const { listener, running } = await holding();
      await listener.switchTo(await load('second', '2026-01-02.1'));
      expect(candidates()).toHaveLength(1);
      source.play(3).end();
      await running;
      expect(candidates()).toHaveLength(1);
      expect(releases[0]).toBe('2026-01-01.1');
    });

    test('uses the other network although the report of the old one cannot be stored, and says so', async () => {
      const { listener, running } = await holding();
      failWith(new Error('the disk is full'));
      await listener.switchTo(await load('second', '2026-01-02.1'));
      expect(listener.release).toBe('2026-01-02.1');
      expect(problems).toMatchObject([{ message: 'the disk is full' }]);
      source.end();
      await running;
    });

    test('sends the report two seconds after the last block when no more sound comes', async () => {
      const { listener, running } = await holding();
      nowMs += 1_900;
      listener.tick();
      await settled();
      expect(candidates()).toEqual([]);
      nowMs += 100;
      listener.tick();
      await settled();
      expect(candidates()).toHaveLength(1);
      source.play(3).end();
      await running;
      expect(candidates()).toHaveLength(1);
    });

    test('waits for the sound of a file, which may be slow', async () => {
      source.live = false;
      const { listener, running } = await holding();
      nowMs += 60_000;
      listener.tick();
      await settled();
      expect(candidates()).toEqual([]);
      source.end();
      await running;
    });

    test('reports a problem when the report that it sends without more sound cannot be stored', async () => {
      const { listener, running } = await holding();
      failWith(new Error('the disk is full'));
      nowMs += 2_000;
      listener.tick();
      await settled();
      expect(problems).toMatchObject([{ message: 'the disk is full' }]);
      source.end();
      await running;
    });

    test('sends the report when its source fails, and fails with the error of the source', async () => {
      const { running } = await holding();
      source.fail(new Error('the cable is cut'));
      await expect(running).rejects.toThrow('the cable is cut');
      expect(candidates()).toHaveLength(1);
    });

    test('sends the report before its label is switched off, with no sound from after the switch', async () => {
      const { listener, running } = await holding();
      await listener.configure(NOTHING);
      expect(candidates()).toHaveLength(1);
      expect(candidates()[0]!.detectedSample / SAMPLE_RATE).toBeLessThanOrEqual(4.5);
      source.play(3).end();
      await running;
      expect(candidates()).toHaveLength(1);
    });

    test('knows where the time line is while no sound comes, and when a gap ends', async () => {
      const { listener, running } = await holding();
      nowMs += 1_500;
      expect(listener.nowSample / SAMPLE_RATE).toBe(6);
      let atReportS = 0;
      onDetection = async ({ nowSample }, { type }) => {
        if (type === 'candidate') atReportS = nowSample / SAMPLE_RATE;
      };
      source.gap(100).end();
      await running;
      // 4.5 s of sound, the gap, and the block after it.
      expect(atReportS).toBe(104.75);
    });

    test('sends the report at a gap, with the sound before the gap', async () => {
      source.play(3).play(1.5, TONE_HZ).gap(100).play(1).end();
      await listenerWith().run(never);
      expect(detections.map(({ type }) => type)).toEqual(['candidate', 'ended']);
      // The last block before the gap is filled with silence.
      expect(candidates()[0]!.detectedSample / SAMPLE_RATE).toBeLessThan(4.5 + 0.64);
    });
  });

  test('ends when the signal aborts, although its source continues', async () => {
    const stop = new AbortController();
    source.play(2);
    const running = listenerWith().run(stop.signal);
    stop.abort();
    await running;
  });

  test('fails with the error of its source', async () => {
    source.play(1).fail(new Error('the recorder is not installed'));
    await expect(listenerWith().run(never)).rejects.toThrow('the recorder is not installed');
  });

  test('counts as stuck when one block takes longer than half a minute', async () => {
    const disk = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    onDetection = () => {
      waiting.resolve();
      return disk.promise;
    };
    source.play(3).play(1, TONE_HZ).play(3).end();
    const listener = listenerWith();
    const running = listener.run(never);
    await waiting.promise;
    expect(listener.isStuck).toBe(false);
    nowMs += 31_000;
    expect(listener.isStuck).toBe(true);
    disk.resolve();
    await running;
    expect(listener.isStuck).toBe(false);
  });

  test('restarts a microphone that gives no sound, and reports the missing sound', () => {
    source.trouble = 'unplugged';
    const listener = listenerWith();
    nowMs += 60_000;
    listener.tick();
    expect(listener.health).toMatchObject({ name: 'mic', reason: 'unplugged' });
    expect(healths).toHaveLength(1);
    nowMs += 60_000;
    listener.tick();
    expect(source.restarts).toBeGreaterThan(0);
  });
});
