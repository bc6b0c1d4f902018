import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import type { CandidateDetection, Detection } from './detection.ts';
import { Detector } from './detector.ts';
import { listenToAll, type DetectorSettings } from './detector-settings.ts';
import { Network } from '../network/network.ts';
import { loadRelease } from '../releases/release.ts';
import { writeSyntheticRelease } from '../releases/testing/synthetic-release.ts';

const RATE = 16_000;
/** Mel bands of 3.1 kHz (smoke, CO and chirp sound alike) and of 5.5 kHz. */
const [BEEP_HZ, BEEP_BAND] = [3_100, 42];
const [GLASS_HZ, GLASS_BAND] = [5_500, 55];

let dir: string;
let network: Network;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detector-'));
  const beeper = { band: BEEP_BAND, windowS: 0.08 };
  const { trustedKeys } = await writeSyntheticRelease(dir, [
    { label: 'smoke_alarm', ...beeper },
    { label: 'co_alarm', ...beeper },
    { label: 'glass_break', band: GLASS_BAND, windowS: 0.08 },
  ]);
  network = await Network.load(await loadRelease(dir, { trustedKeys }));
});
afterAll(async () => {
  await network.close();
  await rm(dir, { recursive: true });
});

/** Quiet room noise with tones at the given [from, to) seconds. */
function room(seconds: number, tones: { hz: number; at: [number, number][] }[]): Float32Array {
  const samples = whiteNoise(seconds * RATE, 0.0003, 5);
  // Inside jest every look-up of a global is slow.
  const { PI, sin } = Math;
  for (const { hz, at } of tones) {
    for (const [from, to] of at) {
      for (let i = Math.round(from * RATE); i < Math.min(samples.length, to * RATE); i++)
        samples[i] = (samples[i] as number) + 0.2 * sin((2 * PI * hz * i) / RATE);
    }
  }
  return samples;
}

/** Three of 0.5 s every 4 s, and four of 0.1 s every 5.8 s. */
const t3 = (fromS: number, cycles: number): [number, number][] =>
  Array.from({ length: cycles * 3 }, (_, i) => fromS + 4 * Math.floor(i / 3) + (i % 3)).map((at) => [at, at + 0.5]);
const t4 = (fromS: number, cycles: number): [number, number][] =>
  Array.from({ length: cycles * 4 }, (_, i) => fromS + 5.8 * Math.floor(i / 4) + 0.2 * (i % 4)).map((at) => [
    at,
    at + 0.1,
  ]);

const everything = listenToAll(['smoke_alarm', 'co_alarm', 'glass_break'], 'medium');

async function hear(samples: Float32Array, settings: DetectorSettings = everything, cut = RATE): Promise<Detection[]> {
  const detector = new Detector(network, { settings });
  const detections: Detection[] = [];
  for (let at = 0; at < samples.length; at += cut)
    detections.push(...(await detector.push(samples.subarray(at, at + cut))));
  return [...detections, ...(await detector.finish())];
}

const candidates = (detections: Detection[], label?: string): CandidateDetection[] =>
  detections.filter(
    (d): d is CandidateDetection => d.type === 'candidate' && (label === undefined || d.label === label),
  );

describe('the detector', () => {
  test('says the same however the samples are cut', async () => {
    const samples = room(14, [
      { hz: BEEP_HZ, at: t3(3, 3) },
      { hz: GLASS_HZ, at: [[8, 9]] },
    ]);
    const whole = await hear(samples, everything, samples.length);
    expect(candidates(whole).length).toBeGreaterThanOrEqual(2);
    for (const cut of [1_234, 48_000]) expect(await hear(samples, everything, cut)).toEqual(whole);
  });

  test('says nothing of a quiet room', async () => {
    expect(await hear(room(30, []))).toEqual([]);
  });

  test('calls three long beeps smoke and four short ones CO, though the network hears both alike', async () => {
    const smoke = candidates(await hear(room(14, [{ hz: BEEP_HZ, at: t3(2, 3) }])));
    expect(smoke.map(({ label }) => label)).toContain('smoke_alarm');
    expect(smoke.filter(({ again }) => again).map(({ label }) => label)).not.toContain('co_alarm');
    const co = candidates(await hear(room(16, [{ hz: BEEP_HZ, at: t4(2, 2) }])));
    expect(new Set(co.map(({ label }) => label))).toEqual(new Set(['co_alarm']));
    expect(co[0]?.why.cadence.pattern).toBe('t4');
  });

  const beeping = async (beeps: number): Promise<CandidateDetection[]> =>
    candidates(await hear(room(beeps + 0.2, [{ hz: BEEP_HZ, at: t3(0.1, 1).slice(0, beeps) }])), 'smoke_alarm');

  test.each([2, 3])('gives a smoke candidate for a short clip of %i beeps', async (beeps) => {
    const found = await beeping(beeps);
    expect(found).toHaveLength(1);
    expect(found[0]?.startSample).toBeLessThan(0.3 * RATE);
  });

  test('one beep that nothing follows is no fire', async () => {
    expect(await beeping(1)).toEqual([]);
  });

  const every = (periodS: number, beeps: number, onS = 0.5): [number, number][] =>
    Array.from({ length: beeps }, (_, i) => [2 + i * periodS, 2 + i * periodS + onS]);

  test.each([
    ['five beeps of a microwave', every(1, 5)],
    ['five long ones', every(1.4, 5, 0.7)],
    ['three beeps of half a second, which are one group of T3', t3(2, 1)],
    ['six seconds of a telephone', every(0.4, 16, 0.25)],
    [
      'a touch, and five beeps after it',
      [[2, 2.3], ...every(1, 5).map(([a, b]) => [a + 5, b + 5])] as [number, number][],
    ],
    ['three beeps and two more out of time', every(1, 3).concat(every(1, 2).map(([a, b]) => [a + 5, b + 5]))],
  ])('%s end, and are no fire', async (_, at) => {
    expect(candidates(await hear(room(30, [{ hz: BEEP_HZ, at }])))).toEqual([]);
  });

  test.each([
    ['steady beeps', every(1, 12)],
    ['fast beeps', every(0.4, 30, 0.25)],
    ['a tone without a pause', [[2, 14]] as [number, number][]],
  ])('%s that go on are a fire within ten seconds', async (_, at) => {
    const [first] = candidates(await hear(room(30, [{ hz: BEEP_HZ, at }])));
    expect(first?.label).toBe('smoke_alarm');
    expect(first?.detectedSample).toBeLessThan(12 * RATE);
  });

  test('a group of four a minute is gas, and so is one with another beep near it', async () => {
    const touched: [number, number][] = [...t4(2, 1), [5.6, 5.7]];
    for (const at of [t4(2, 1), touched]) {
      const [first] = candidates(await hear(room(30, [{ hz: BEEP_HZ, at }])));
      expect(first?.label).toBe('co_alarm');
    }
  });

  test('a T3 alarm of which two cycles in three are lost is told all the same', async () => {
    const at = t3(2, 10).filter((_, i) => Math.floor(i / 3) % 3 === 0);
    expect(candidates(await hear(room(44, [{ hz: BEEP_HZ, at }])), 'smoke_alarm').length).toBeGreaterThan(0);
  });

  test('a T3 alarm that mutes a cycle is told in the next one', async () => {
    const at = t3(2, 5).filter((_, i) => i < 3 || i >= 6);
    const [first] = candidates(await hear(room(30, [{ hz: BEEP_HZ, at }])), 'smoke_alarm');
    expect(first?.startSample).toBeLessThan(2.2 * RATE);
    expect(first?.detectedSample).toBeGreaterThan(10 * RATE);
    expect(first?.detectedSample).toBeLessThan(13 * RATE);
  });

  test('a T3 alarm is told as soon as its second group was heard', async () => {
    const [first] = candidates(await hear(room(14, [{ hz: BEEP_HZ, at: t3(2, 3) }])), 'smoke_alarm');
    expect(first?.detectedSample).toBeLessThan(9.5 * RATE);
  });

  test('a group that was too short to be sure of counts with the next one', async () => {
    const beeps: [number, number][] = [
      [2, 2.5],
      [7.8, 8.3],
      [13.6, 14.1],
    ];
    const found = candidates(await hear(room(22, [{ hz: BEEP_HZ, at: beeps }])));
    expect(found).toHaveLength(1);
    expect(found[0]?.detectedSample).toBeGreaterThan(13.6 * RATE);
    expect(found[0]?.detectedSample).toBeLessThan(16 * RATE);
  });

  test('short sounds of glass do not add up to a broken pane', async () => {
    const clinks = Array.from({ length: 6 }, (_, i): [number, number] => [2 + 5 * i, 2.3 + 5 * i]);
    expect(candidates(await hear(room(36, [{ hz: GLASS_HZ, at: clinks }])))).toEqual([]);
  });

  test('tells where the sound began, when it was sure, and why', async () => {
    const [first] = candidates(await hear(room(12, [{ hz: BEEP_HZ, at: t3(2, 2) }])), 'smoke_alarm');
    expect(first?.startSample).toBeGreaterThan(1.8 * RATE);
    expect(first?.startSample).toBeLessThan(2.2 * RATE);
    // Two groups end 6.5 s after the first beep begins; an alert may take five seconds more.
    expect(first?.detectedSample).toBeLessThan(9.5 * RATE);
    expect(first?.score).toBeGreaterThan(0.5);
    expect(first?.why.levelDbfs).toBeGreaterThan(-25);
    expect(first?.why.text).not.toBe('');
    expect(first?.why.scores['smoke_alarm']).toBeGreaterThan(0.5);
  });

  test('tells a long sound again, as one event, says that it is still heard, and ends it once', async () => {
    const detections = await hear(room(46, [{ hz: BEEP_HZ, at: t3(2, 7) }]));
    const told = candidates(detections, 'smoke_alarm');
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(1);
    expect(told.map(({ again }) => again)).toEqual([false, ...told.slice(1).map(() => true)]);
    told
      .slice(1)
      .forEach((next, i) =>
        expect(next.detectedSample - (told[i]?.detectedSample as number)).toBeGreaterThanOrEqual(10 * RATE),
      );
    const ends = detections.filter((d) => d.type === 'ended' && d.label === 'smoke_alarm');
    expect(ends).toHaveLength(1);
    // The last beep of seven cycles ends at 2 + 6 * 4 + 2.5 s.
    expect((ends[0] as { atSample: number }).atSample / RATE).toBeCloseTo(28.5, 0);
  });

  test('the evidence names the score that a sound is told for, however long ago it was reached', async () => {
    const twice: [number, number][] = [
      [2, 3],
      [5, 5.8],
    ];
    const told = candidates(await hear(room(30, [{ hz: GLASS_HZ, at: twice }])), 'glass_break');
    expect(told).toHaveLength(2);
    for (const { score, why } of told) {
      expect(score).toBeGreaterThan(0.5);
      expect(why.scores['glass_break']).toBe(score);
    }
  });

  test('tells a second sound inside the refractory time as soon as that is over', async () => {
    const detections = await hear(
      room(30, [
        {
          hz: GLASS_HZ,
          at: [
            [2, 3],
            [7, 8],
          ],
        },
      ]),
    );
    const at = candidates(detections, 'glass_break').map(({ detectedSample }) => detectedSample / RATE);
    expect(at).toHaveLength(2);
    expect(at[1]).toBeGreaterThanOrEqual((at[0] as number) + 10);
    expect(at[1]).toBeLessThan((at[0] as number) + 11);
  });

  test('a storm of glass uses up its own limit and never that of smoke', async () => {
    const storm = Array.from({ length: 30 }, (_, i): [number, number] => [i * 2, i * 2 + 1]);
    const detections = await hear(
      room(62, [
        { hz: GLASS_HZ, at: storm },
        { hz: BEEP_HZ, at: t3(52, 3) },
      ]),
    );
    expect(candidates(detections, 'glass_break').length).toBeLessThanOrEqual(7);
    const [smoke] = candidates(detections, 'smoke_alarm');
    expect((smoke?.detectedSample as number) / RATE).toBeLessThan(60);
  });

  test('a label that is switched off begins nothing; safety cannot be switched off', async () => {
    const off: DetectorSettings = {
      mode: 'home',
      gate: false,
      sounds: Object.fromEntries(
        ['smoke_alarm', 'co_alarm', 'glass_break'].map((label) => [label, { modes: [], level: 'medium' }]),
      ),
    };
    const detections = await hear(
      room(12, [
        { hz: GLASS_HZ, at: [[2, 3]] },
        { hz: BEEP_HZ, at: t3(4, 2) },
      ]),
      off,
    );
    expect(candidates(detections, 'glass_break')).toEqual([]);
    expect(candidates(detections, 'smoke_alarm').length).toBeGreaterThan(0);
  });

  test('a change of mode takes effect while it listens', async () => {
    const sounds = { glass_break: { modes: ['away' as const], level: 'medium' as const } };
    const detector = new Detector(network, { settings: { mode: 'home', gate: false, sounds } });
    const crash = room(12, [{ hz: GLASS_HZ, at: [[2, 3]] }]);
    expect(candidates(await detector.push(crash), 'glass_break')).toEqual([]);
    detector.configure({ mode: 'away', gate: false, sounds });
    expect(candidates(await detector.push(crash), 'glass_break')).toHaveLength(1);
  });

  test('what was suspected of a label that is switched off is not told', async () => {
    const on = {
      mode: 'away' as const,
      gate: false,
      sounds: { glass_break: { modes: ['away' as const], level: 'medium' as const } },
    };
    const detector = new Detector(network, { settings: on });
    const crash = room(12, [{ hz: GLASS_HZ, at: [[2, 3]] }]);
    expect(await detector.push(crash.subarray(0, 3 * RATE))).toEqual([]);
    detector.configure({ ...on, mode: 'home' });
    expect(candidates(await detector.push(crash.subarray(3 * RATE)), 'glass_break')).toEqual([]);
  });

  test('with the gate it sleeps in silence and still finds every sound where it found it before', async () => {
    const at: [number, number][] = [
      [25.3, 26.3],
      [55.12, 56.1],
    ];
    const samples = room(75, [{ hz: GLASS_HZ, at }]);
    const gated = new Detector(network, { settings: { ...everything, gate: true } });
    const found = [...(await gated.push(samples)), ...(await gated.finish())];
    expect(gated.sleptRatio).toBeGreaterThan(0.2);
    const open = await hear(samples);
    const where = (detections: Detection[]) =>
      candidates(detections, 'glass_break').map(({ startSample, detectedSample }) => [startSample, detectedSample]);
    expect(where(found)).toEqual(where(open));
    expect(where(found)).toHaveLength(2);
  });
});
