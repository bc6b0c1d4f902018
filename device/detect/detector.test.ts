import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import type { CandidateDetection, Detection } from './detection.ts';
import { Detector } from './detector.ts';
import { listenToAll, type DetectorSettings } from './detector-settings.ts';
import { Network } from '../network/network.ts';
import { decodeModel, encodeModel } from '../network/onnx-proto.ts';
import { loadRelease, type Release } from '../releases/release.ts';
import { writeSyntheticRelease } from '../releases/testing/synthetic-release.ts';

const RATE = 16_000;
/** Mel bands of 3.1 kHz (smoke, CO and chirp sound alike) and of 5.5 kHz. */
const [BEEP_HZ, BEEP_BAND] = [3_100, 42];
const [GLASS_HZ, GLASS_BAND] = [5_500, 55];

let dir: string;
let release: Release;
let network: Network;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'detector-'));
  // A decision by rhythm alone: two groups at the standard's pace give a probability of about 0.9.
  const rhythm = (pattern: string) => ({ bias: -4, weights: { [`rhythm_${pattern}`]: 5, [`groups_${pattern}`]: 5 } });
  const { trustedKeys } = await writeSyntheticRelease(dir, [
    { label: 'smoke_alarm', band: BEEP_BAND, holdS: 15, ...rhythm('t3') },
    { label: 'co_alarm', band: BEEP_BAND, holdS: 15, ...rhythm('t4') },
    { label: 'glass_break', band: GLASS_BAND },
  ]);
  release = await loadRelease(dir, { trustedKeys });
  network = await Network.load(release);
});
afterAll(async () => {
  await network.close();
  await rm(dir, { recursive: true });
});

/** Quiet room noise with tones at the given [from, to) seconds. */
function room(seconds: number, tones: { hz: number; at: [number, number][] }[]): Float32Array {
  const samples = whiteNoise(seconds * RATE, 0.0003, 5);
  const { PI, sin } = Math;
  for (const { hz, at } of tones) {
    for (const [from, to] of at) {
      for (let i = Math.round(from * RATE); i < Math.min(samples.length, to * RATE); i++)
        samples[i] = (samples[i] as number) + 0.2 * sin((2 * PI * hz * i) / RATE);
    }
  }
  return samples;
}

/** Three beeps of 0.5 s every 4 s, and four beeps of 0.1 s every 5.8 s. */
const t3 = (fromS: number, cycles: number): [number, number][] =>
  Array.from({ length: cycles * 3 }, (_, i) => fromS + 4 * Math.floor(i / 3) + (i % 3)).map((at) => [at, at + 0.5]);
const t4 = (fromS: number, cycles: number): [number, number][] =>
  Array.from({ length: cycles * 4 }, (_, i) => fromS + 5.8 * Math.floor(i / 4) + 0.2 * (i % 4)).map((at) => [
    at,
    at + 0.1,
  ]);

const everything = listenToAll(['smoke_alarm', 'co_alarm', 'glass_break'], 'medium');

async function hear(
  samples: Float32Array,
  settings: DetectorSettings = everything,
  cut = RATE,
  through = network,
): Promise<Detection[]> {
  const detector = new Detector(through, { settings });
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
  test('a head whose scores are no numbers does not affect the reports of other labels, which contain only numbers', async () => {
    const read: Release['read'] = async (entry) => {
      const bytes = await release.read(entry);
      if (entry.file !== 'head-glass_break.onnx') return bytes;
      const model = decodeModel(bytes);
      model.graph.initializer[1]!.floatData = [NaN];
      return encodeModel(model);
    };
    const broken = await Network.load({ ...release, read });
    const detections = await hear(room(14, [{ hz: BEEP_HZ, at: t3(3, 3) }]), everything, RATE, broken);
    await broken.close();
    const [alarm] = candidates(detections, 'smoke_alarm');
    expect(Object.values(alarm!.why.scores).every(Number.isFinite)).toBe(true);
    expect(candidates(detections, 'glass_break')).toEqual([]);
  });

  test('reports the same detections for blocks of any length', async () => {
    const samples = room(14, [
      { hz: BEEP_HZ, at: t3(3, 3) },
      { hz: GLASS_HZ, at: [[8, 9]] },
    ]);
    const whole = await hear(samples, everything, samples.length);
    expect(candidates(whole).length).toBeGreaterThanOrEqual(2);
    for (const cut of [1_234, 48_000]) expect(await hear(samples, everything, cut)).toEqual(whole);
  });

  test('reports nothing in a quiet room', async () => {
    expect(await hear(room(30, []))).toEqual([]);
  });

  test('distinguishes two alarms of the same timbre by their rhythm, and explains each by its own rhythm', async () => {
    const samples = room(24, [
      { hz: BEEP_HZ, at: t3(2, 5) },
      { hz: 1_900, at: t4(3, 3) },
    ]);
    const found = candidates(await hear(samples));
    expect(new Set(found.map(({ label }) => label))).toEqual(new Set(['smoke_alarm', 'co_alarm']));
    for (const { label, why } of found) expect(why.cadence.pattern).toBe(label === 'smoke_alarm' ? 't3' : 't4');
  });

  test('reports a T3 alarm after two groups, but not after a single one', async () => {
    expect(candidates(await hear(room(20, [{ hz: BEEP_HZ, at: t3(2, 1) }])))).toEqual([]);
    expect(candidates(await hear(room(20, [{ hz: BEEP_HZ, at: t4(2, 1) }])))).toEqual([]);
    expect(candidates(await hear(room(20, [{ hz: BEEP_HZ, at: t3(2, 2) }]))).length).toBeGreaterThan(0);
  });

  test('a T3 alarm that skips a cycle is reported in the next cycle', async () => {
    const at = t3(2, 5).filter((_, i) => i < 3 || i >= 6);
    const [first] = candidates(await hear(room(30, [{ hz: BEEP_HZ, at }])), 'smoke_alarm');
    expect(first?.detectedSample).toBeGreaterThan(10 * RATE);
    expect(first?.detectedSample).toBeLessThan(14 * RATE);
  });

  test('reports when the sound began, when it was detected, and the evidence with the largest share', async () => {
    const [first] = candidates(await hear(room(12, [{ hz: BEEP_HZ, at: t3(2, 2) }])), 'smoke_alarm');
    expect(first?.startSample).toBeGreaterThan(1.5 * RATE);
    expect(first?.startSample).toBeLessThan(2.2 * RATE);
    // Two groups end 6.5 s after the first beep begins; an alert may take five seconds more.
    expect(first?.detectedSample).toBeLessThan(9.5 * RATE);
    expect(first?.score).toBeGreaterThan(0.5);
    expect(first?.why.levelDbfs).toBeGreaterThan(-25);
    expect(first?.why.text).toMatch(/three beeps of 0\.5 s at 3\.1 kHz/);
    expect(first?.why.reasons[0]?.evidence).toBe('rhythm_t3');
    expect(first?.why.scores['smoke_alarm']).toBe(first?.score);
  });

  test('never says that it is 100 % sure', async () => {
    const [first] = candidates(await hear(room(6, [{ hz: GLASS_HZ, at: [[2, 4]] }])));
    expect(first?.score).toBeGreaterThan(0.995);
    expect(first?.why.text).toMatch(/taken for breaking glass \(99 % sure\)$/);
  });

  test('reports a continuing sound again as the same event, says that it continues, and reports its end once', async () => {
    const detections = await hear(room(50, [{ hz: BEEP_HZ, at: t3(2, 7) }]));
    const reported = candidates(detections, 'smoke_alarm');
    expect(reported.length).toBeGreaterThanOrEqual(2);
    expect(new Set(reported.map(({ eventId }) => eventId)).size).toBe(1);
    expect(reported.map(({ again }) => again)).toEqual([false, ...reported.slice(1).map(() => true)]);
    // The third group may be reported at once; all other reports are at least ten seconds apart.
    const waits = reported.slice(1).map((next, i) => next.detectedSample - (reported[i]?.detectedSample as number));
    expect(waits.filter((wait) => wait < 10 * RATE).length).toBeLessThanOrEqual(1);
    expect(detections.filter((d) => d.type === 'ended' && d.label === 'smoke_alarm')).toHaveLength(1);
  });

  test('reports a second sound that continues after the refractory time', async () => {
    const detections = await hear(
      room(30, [
        {
          hz: GLASS_HZ,
          at: [
            [2, 3],
            [7, 13],
          ],
        },
      ]),
    );
    const at = candidates(detections, 'glass_break').map(({ detectedSample }) => detectedSample / RATE);
    expect(at).toHaveLength(2);
    expect(at[1]).toBeGreaterThanOrEqual((at[0] as number) + 10);
    expect(at[1]).toBeLessThan((at[0] as number) + 11);
  });

  test('many glass events use up the rate limit for glass, but not the rate limit for smoke', async () => {
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

  test('a label that is switched off starts no event; safety labels cannot be switched off', async () => {
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

  test('a change of mode takes effect while the detector runs', async () => {
    const sounds = { glass_break: { modes: ['away' as const], level: 'medium' as const } };
    const detector = new Detector(network, { settings: { mode: 'home', gate: false, sounds } });
    const crash = room(12, [{ hz: GLASS_HZ, at: [[2, 3]] }]);
    expect(candidates(await detector.push(crash), 'glass_break')).toEqual([]);
    detector.configure({ mode: 'away', gate: false, sounds });
    expect(candidates(await detector.push(crash), 'glass_break')).toHaveLength(1);
  });

  describe('with a label that listens on after its decision', () => {
    const LISTEN_ON_S = 3;
    let listening: Network;
    beforeAll(async () => {
      const heads = [{ label: 'glass_break', band: GLASS_BAND, holdS: 15, listenOnS: LISTEN_ON_S }];
      const { trustedKeys } = await writeSyntheticRelease(join(dir, 'listening'), heads);
      listening = await Network.load(await loadRelease(join(dir, 'listening'), { trustedKeys }));
    });
    afterAll(() => listening.close());
    const crash = (seconds: number) => room(seconds, [{ hz: GLASS_HZ, at: [[12, 13]] }]);
    const decidedSample = async () => candidates(await hear(crash(14)), 'glass_break')[0]?.detectedSample as number;

    test('sends the report after the first block that ends late enough', async () => {
      const detector = new Detector(listening, { settings: { ...everything, gate: true } });
      const samples = crash(30);
      const sent: CandidateDetection[] = [];
      for (let at = 0; sent.length === 0 && at < samples.length; at += RATE / 10) {
        sent.push(...candidates(await detector.push(samples.subarray(at, at + RATE / 10))));
      }
      const [{ detectedSample }] = sent as [CandidateDetection];
      expect(detectedSample).toBe(detector.heardSamples);
      const lateS = (detectedSample - (await decidedSample())) / RATE - LISTEN_ON_S;
      expect(lateS).toBeGreaterThanOrEqual(0);
      expect(lateS).toBeLessThan(0.64);
    });

    test('reports the same detections for blocks of any length', async () => {
      const whole = await hear(crash(40), everything, 40 * RATE, listening);
      expect(whole.map(({ type }) => type)).toEqual(['candidate', 'ended']);
      for (const cut of [1_234, 48_000]) expect(await hear(crash(40), everything, cut, listening)).toEqual(whole);
    });

    test.each(['finish', 'interrupt'] as const)('sends the report at %s, before the end of its event', async (end) => {
      const detector = new Detector(listening, { settings: everything });
      expect(await detector.push(crash(14))).toEqual([]);
      const detections = await detector[end]();
      expect(detections).toMatchObject([
        { type: 'candidate', detectedSample: detector.heardSamples },
        ...(end === 'interrupt' ? [{ type: 'ended' }] : []),
      ]);
    });

    test('sends the report at once when its label is switched off, so that its clip ends before the switch', async () => {
      const detector = new Detector(listening, { settings: everything });
      await detector.push(crash(14));
      const off = { ...everything, sounds: { glass_break: { modes: [], level: 'medium' as const } } };
      expect(detector.configure(off)).toMatchObject([{ type: 'candidate', detectedSample: detector.heardSamples }]);
      expect(candidates(await detector.push(new Float32Array(5 * RATE)))).toEqual([]);
    });

    test('listens on when new settings leave its label on', async () => {
      const detector = new Detector(listening, { settings: everything });
      await detector.push(crash(14));
      expect(detector.configure({ ...everything, gate: true })).toEqual([]);
      expect(candidates(await detector.push(new Float32Array(5 * RATE)))).toHaveLength(1);
    });

    test('another network takes over without a report that the old one decided', async () => {
      const detector = new Detector(listening, { settings: everything });
      await detector.push(crash(14));
      expect(detector.takeOver(network)).toMatchObject([{ type: 'candidate', detectedSample: detector.heardSamples }]);
      expect(candidates(await detector.push(new Float32Array(5 * RATE)))).toEqual([]);
    });
  });

  test('with the energy gate the detector skips quiet frames and finds every sound at the same position', async () => {
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
