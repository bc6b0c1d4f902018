import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import type { Evaluation } from '@earshot/device/detect/label-watch.ts';
import { HIGH_SOUNDS } from '@earshot/shared/cadence/high-sound.ts';
import { NO_RHYTHM, PATTERNS, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
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
  highSounds: Array(HIGH_SOUNDS).fill({ db: -40, hz: null, goesOn: false }),
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

test('a kept label keeps its weights and thresholds and gets the events of the policy, and its figures are counted at them; the other labels are fitted as without it', () => {
  const policy = found.decision.labels['smoke_alarm']!;
  const rules = { bias: -0.5, weights: { sure_smoke_alarm: 1 }, floor: policy.floor };
  const at = (threshold: number) => ({ threshold, perDay: 99, missRate: 0.99 });
  const decision = fitDecisionTo(LABELS, streams(), {
    smoke_alarm: { ...policy, ...rules, refractoryS: 99 } as LabelDecision,
  });
  const measured = streams().filter((_, n) => setsThresholds(n));
  const levels = levelsUnder(decision, LABELS, measured, {
    smoke_alarm: { low: at(0.9), medium: at(0.8), high: at(0.7) },
  });
  expect(decision.labels['smoke_alarm']).toEqual({ ...policy, ...rules });
  expect(decision.labels['co_alarm']).toEqual(found.decision.labels['co_alarm']);
  // The head gives alarms 2 decades: log-odds of 1.5, or 0.82.
  expect(levels['smoke_alarm']).toEqual({
    low: { threshold: 0.9, perDay: 0, missRate: 1 },
    medium: { threshold: 0.8, perDay: 0, missRate: 0 },
    high: { threshold: 0.7, perDay: 0, missRate: 0 },
  });
}, 60_000);

test('how the groups of T4 sound never counts for a CO alarm, whatever the streams show, and nothing for a smoke alarm', () => {
  const heard = Array.from({ length: 40 }, (_, n) =>
    n % 4 < 2
      ? {
          ...stream({ rhythm_t4: 1, groups_t4: 1, faint_t4: 1, filled_t4: 1 }, true),
          events: [{ ...EVENT, label: 'co_alarm' }],
        }
      : stream({ rhythm_t4: 0.8, groups_t4: 0.8, differ_t4: 1 }, false),
  );
  const { labels } = fitDecisionTo(LABELS, heard);
  const { differ_t4, faint_t4 = 0, filled_t4 = 0 } = labels['co_alarm']!.weights;
  expect(differ_t4).toBeLessThan(0);
  expect([faint_t4, filled_t4]).toEqual([0, 0]);
  expect(Object.keys(labels['smoke_alarm']!.weights).filter((name) => /^(differ|faint|filled)_/.test(name))).toEqual(
    [],
  );
}, 60_000);

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
