import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import type { Evaluation } from '@earshot/device/detect/label-watch.ts';
import { NO_CADENCE, PATTERNS, type Rhythm, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
import { beforeAll, expect, test } from '@jest/globals';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { fitDecisionTo, levelsUnder, setsThresholds, type Calibrated } from './decision-calibration.ts';
import { probabilityOf } from './device-levels.ts';
import { momentOf } from './moment.ts';
import type { RecordedStream, StreamKind } from './recorded-stream.ts';

const LABELS = ['smoke_alarm', 'co_alarm'];
const NAMES = evidenceNames(LABELS);
const SECONDS = 60;
/** The event in each of these streams. */
const EVENT = { label: 'smoke_alarm', startS: 10, endS: 20 };

const NO_EVALUATION = { rows: new Float32Array(0), atS: new Float64Array(0), moments: new Float64Array(0) };
const NO_RHYTHM: Rhythm = { fit: 0, proof: 0, groups: 0, alone: 0, cadence: NO_CADENCE, sinceSample: 0, lastSample: 0 };

/**
 * A stream with an evaluation each second. The evidence is `during` from the 12th second to `untilS`, and zero at other
 * times. The sound began before the stream.
 */
function recorded(
  kind: StreamKind,
  seconds: number,
  during: Readonly<Record<string, number>>,
  untilS: number,
): RecordedStream {
  const atS = Array.from({ length: seconds }, (_, second) => second);
  const rows = new Float32Array(seconds * NAMES.length);
  for (const [name, value] of Object.entries(during))
    for (let second = 12; second < untilS; second++) rows[second * NAMES.length + NAMES.indexOf(name)] = value;
  return {
    kind,
    seconds,
    events: [],
    ignored: [],
    rows,
    atS: Float64Array.from(atS),
    moments: Float64Array.from(atS.flatMap((at) => [...momentOf(LABELS.map(() => soundAt(at * SAMPLE_RATE)))])),
    endSample: seconds * SAMPLE_RATE,
  };
}

const soundAt = (atSample: number): Evaluation => ({
  evidence: new Float64Array(0),
  rhythms: Object.fromEntries(PATTERNS.map((pattern) => [pattern, NO_RHYTHM])) as Rhythms,
  atSample,
  nowSample: atSample,
  levelDbfs: -30,
  scores: () => ({}),
  beganSample: -10 * SAMPLE_RATE,
  soundsNow: true,
  isCutOff: false,
  embedding: () => ({ values: new Float32Array(0), by: '' }),
});

/** A stream of a minute. The evidence is `during` while the event may be reported. */
const stream = (during: Readonly<Record<string, number>>, isEvent: boolean): RecordedStream => ({
  ...recorded(isEvent ? 'event' : 'confusers', SECONDS, during, 20),
  events: isEvent ? [EVENT] : [],
});

/**
 * Streams with alarms that both the head and the rhythm recognise, and streams with confusers for which only the head
 * gives a middle score.
 */
const streams = (): RecordedStream[] =>
  Array.from({ length: 40 }, (_, n) =>
    n % 4 < 2
      ? stream({ sure_smoke_alarm: 2, rhythm_t3: 1, groups_t3: 1 }, true)
      : stream({ sure_smoke_alarm: 1, rhythm_t4: 1, rhythm_continuous: 1 }, false),
  );

function calibrate(recordings: readonly RecordedStream[]): Calibrated {
  const decision = fitDecisionTo(LABELS, recordings);
  const measured = recordings.filter((_, n) => setsThresholds(n));
  return { decision, levels: levelsUnder(decision, LABELS, measured) };
}

let found: Calibrated;
beforeAll(() => {
  found = calibrate(streams());
}, 120_000);

test('the fitted decision reports an alarm by its rhythm alone, although the head recognised every alarm during the fit', () => {
  const { decision, levels } = found;
  const { bias, weights } = decision.labels['smoke_alarm']!;
  const odds = bias + (weights['rhythm_t3'] ?? 0) + (weights['groups_t3'] ?? 0);
  expect(probabilityOf(odds)).toBeGreaterThan(levels['smoke_alarm']!.medium.threshold);
});

test("a label's own rhythms never count against the label, and another label's rhythms never count for it", () => {
  const { weights } = found.decision.labels['smoke_alarm']!;
  expect(weights['rhythm_continuous'] ?? 0).toBeGreaterThanOrEqual(0);
  expect(weights['rhythm_t4'] ?? 0).toBeLessThanOrEqual(0);
});

test('a cricket that sings for ten minutes counts as often as the device reports it: after 10, 20, 40 s and so on', () => {
  const DAYS = 100;
  const cricket = { ...recorded('day', 620, { sure_smoke_alarm: 1.7 }, 620), seconds: DAYS * 86_400 };
  const { levels } = calibrate([...streams(), cricket, cricket]);
  // At 12, 22, 42, 82, 162 and 322 s.
  expect(levels['smoke_alarm']!.high.perDay).toBe(6 / DAYS);
}, 120_000);

test('an event during which the detector made no evaluation counts as missed', () => {
  const slept = { ...stream({}, true), ...NO_EVALUATION };
  const { levels } = calibrate([...streams(), slept, slept]);
  expect(levels['smoke_alarm']!.high.missRate).toBeCloseTo(1 / 11, 3);
}, 120_000);
