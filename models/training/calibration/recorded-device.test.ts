import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CandidateDetection } from '@earshot/device/detect/detection.ts';
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import { Network } from '@earshot/device/network/network.ts';
import { writeSyntheticRelease } from '@earshot/device/releases/testing/synthetic-release.ts';
import type { Decision, LabelDecision, Manifest } from '@earshot/shared/contracts/release.ts';
import { addBeeps, t3, type BeepTimes } from '@earshot/shared/testing/beeping.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { silentDecision } from './decision-calibration.ts';
import type { Setting } from './device-levels.ts';
import { policyOf } from './policy.ts';
import { RecordedDevice } from './recorded-device.ts';
import { recordStream, StreamRecorder, type RecordedStream } from './recorded-stream.ts';

const RATE = 16_000;
/** The heads' scores are high while there is sound at 3.1 kHz or at 5.5 kHz. */
const [BEEP_HZ, BEEP_BAND] = [3_100, 42];
const [GLASS_HZ, GLASS_BAND] = [5_500, 55];
const LABELS = ['smoke_alarm', 'glass_break'];
/** How long the silence is that is recorded after each sound. */
const TAIL_S = 3;
/** Decisions by the score, for smoke also by the rhythm. */
type Rules = Readonly<Record<string, Omit<LabelDecision, 'floor'>>>;
const RULES: Rules = {
  smoke_alarm: {
    bias: -1,
    weights: { rhythm_t3: 2, groups_t3: 2, score_smoke_alarm: 2 },
    ...policyOf('smoke_alarm').events,
  },
  glass_break: { bias: 0, weights: { score_glass_break: 2 }, ...policyOf('glass_break').events },
};
/**
 * With these, the device listens after each decision: for smoke so long that the report of a sound of five seconds is
 * decided while its early report is still held.
 */
const LISTENING_ON: Rules = Object.fromEntries(
  Object.entries(RULES).map(([label, rules]) => [label, { ...rules, listenOnS: label === 'smoke_alarm' ? 6 : 2.5 }]),
);
const SENT_AT_ONCE: Rules = Object.fromEntries(
  Object.entries(RULES).map(([label, { listenOnS: _, ...rules }]) => [label, rules]),
);

let dir: string;
let manifest: Manifest;
let silent: Network;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recorded-device-'));
  ({ manifest } = await writeSyntheticRelease(dir, [
    { label: 'smoke_alarm', band: BEEP_BAND },
    { label: 'glass_break', band: GLASS_BAND },
  ]));
  silent = await networkWith(silentDecision(LABELS), 1);
});
afterAll(async () => {
  await silent.close();
  await rm(dir, { recursive: true });
});

function networkWith(decision: Decision, threshold: number): Promise<Network> {
  const level = { threshold, perDay: 0, missRate: 0 };
  const levels = { low: level, medium: level, high: level };
  const heads = manifest.heads.map((head) => ({ ...head, levels }));
  const read = async ({ file }: { file: string }): Promise<Uint8Array> => readFile(join(dir, file));
  return Network.assemble({ ...manifest, heads }, decision, read, 'the test');
}

/** A quiet room with beeps as [start, length] in seconds. */
function room(seconds: number, beeps: BeepTimes, { hz = BEEP_HZ, amplitude = 0.1 } = {}): Float32Array {
  const samples = whiteNoise(seconds * RATE, 0.0003, 5);
  addBeeps(samples, beeps, hz, amplitude);
  return samples;
}

const every = (periodS: number, lengthS: number, fromS: number, count: number): BeepTimes =>
  Array.from({ length: count }, (_, n) => [fromS + periodS * n, lengthS] as const);

/** A cricket's song, to which a louder sound is added. */
function cricket(): Float32Array {
  const samples = room(150, every(1.7, 1.1, 5, 84));
  addBeeps(samples, [[100, 8]], BEEP_HZ, 0.5);
  return samples;
}

/** Pauses from 13 s on, each 0.32 s (one evaluation) longer: the longer ones end the event. */
const returning = (): BeepTimes => Array.from({ length: 14 }, (_, n) => [5 + 14 * n + 0.16 * n * (n - 1), 1] as const);

const SOUNDS: Readonly<Record<string, () => Float32Array>> = {
  'a cricket that sings for minutes': cricket,
  'an appliance that beeps for less than five seconds': () => room(30, every(1, 0.4, 10, 2)),
  'a sound that goes on for seven seconds': () => room(30, [[10, 7]]),
  'a sound that returns after longer and longer pauses': () => room(240, returning()),
  'a sound at the end of the stream': () => room(30, [[28.5, 1.5]]),
  'an alarm in the rhythm T3': () => room(40, t3(9)),
  'crockery until the limit of reports': () => room(120, every(9, 1, 2, 12), { hz: GLASS_HZ }),
};

const decisionAt = (floor: number, rules: Rules): Decision => ({
  ...silentDecision(LABELS),
  labels: Object.fromEntries(Object.entries(rules).map(([label, ofLabel]) => [label, { ...ofLabel, floor }])),
});

interface Counted {
  sent: { atS: number; again: boolean }[];
  candidates: number;
  /** The candidates that report a sound for the first time. */
  sounds: number;
}

function counted(stream: RecordedStream, label: string, setting: Setting, rules: Rules = RULES): Counted {
  const device = new RecordedDevice(label, LABELS, rules[label] as LabelDecision);
  const track = device.on(stream);
  const [candidates, sounds] = [track.falseCandidates(setting), track.falseSounds(setting)];
  return { sent: device.sentOn(stream, setting), candidates, sounds };
}

function countsOf(candidates: readonly CandidateDetection[], label: string): Counted {
  const own = candidates.filter((one) => one.label === label);
  const sent = own.map(({ detectedSample, again }) => ({ atS: detectedSample / RATE, again }));
  return { sent, candidates: own.length, sounds: own.filter(({ again }) => !again).length };
}

/** What the device itself sends. */
async function sent(
  samples: Float32Array,
  { threshold, floor }: Setting,
  { gate = false, rules = RULES } = {},
): Promise<CandidateDetection[]> {
  const network = await networkWith(decisionAt(floor, rules), threshold);
  const detector = new Detector(network, { settings: listenToAll(LABELS, 'medium', gate) });
  const detections = [
    ...(await detector.push(samples)),
    ...(await detector.push(new Float32Array(TAIL_S * RATE))),
    ...(await detector.finish()),
  ];
  await network.close();
  return detections.filter((detection) => detection.type === 'candidate');
}

const THRESHOLDS = [0.3, 0.6, 0.9, 0.97];

describe('the candidates that are counted on a recorded stream are those that the device sends, at the same times', () => {
  test.each(Object.keys(SOUNDS))(
    '%s',
    async (name) => {
      const samples = SOUNDS[name]?.() as Float32Array;
      const stream = await recordStream(silent, samples, { events: [], ignored: [] }, 'confusers');
      for (const rules of [SENT_AT_ONCE, LISTENING_ON])
        for (const threshold of THRESHOLDS) {
          const setting = { threshold, floor: threshold / 3 };
          const candidates = await sent(samples, setting, { rules });
          if (threshold === THRESHOLDS[0]) expect(candidates).not.toHaveLength(0);
          for (const label of LABELS)
            expect([label, threshold, counted(stream, label, setting, rules)]).toEqual([
              label,
              threshold,
              countsOf(candidates, label),
            ]);
        }
    },
    60_000,
  );

  test('a cricket in a home, while the energy gate stays open because the device suspects an alarm', async () => {
    const floor = 0.2;
    const samples = cricket();
    const network = await networkWith(decisionAt(floor, RULES), 1);
    const recorder = new StreamRecorder(network, true);
    await recorder.push(samples, { events: [], ignored: [] });
    const stream = await recorder.finish('day', evidenceNames(LABELS).length);
    await network.close();
    for (const threshold of THRESHOLDS) {
      const candidates = await sent(samples, { threshold, floor }, { gate: true });
      const label = 'smoke_alarm';
      expect([threshold, counted(stream, label, { threshold, floor })]).toEqual([
        threshold,
        countsOf(candidates, label),
      ]);
    }
  }, 60_000);
});

test('an event is missed when the device sends nothing in time', async () => {
  const alarm = { label: 'smoke_alarm', startS: 20, endS: 27 };
  const samples = room(40, [[20, 7]]);
  const stream = await recordStream(silent, samples, { events: [alarm], ignored: [] }, 'event');
  const device = new RecordedDevice('smoke_alarm', LABELS, RULES['smoke_alarm'] as LabelDecision);
  const missed = (events: RecordedStream['events'], threshold: number): number =>
    device.on({ ...stream, events }).missed({ threshold, floor: threshold / 3 });
  expect(missed([alarm], 0.6)).toBe(0);
  expect(missed([alarm], 0.999)).toBe(1);
  // It began so long ago that the report comes too late.
  const { dueS } = policyOf('smoke_alarm');
  expect(missed([{ ...alarm, startS: 20 - dueS - 1 }], 0.6)).toBe(1);
  expect(missed([{ ...alarm, label: 'glass_break' }], 0.6)).toBe(0);
});
