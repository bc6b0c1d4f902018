import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import { beforeAll, expect, test } from '@jest/globals';
import { calibrate, probabilityOf, type Calibrated } from './decision-calibration.ts';
import type { RecordedStream } from './recorded-stream.ts';

const LABELS = ['smoke_alarm', 'co_alarm'];
const NAMES = evidenceNames(LABELS);
const SECONDS = 60;
/** The event in each of these streams. */
const EVENT = { label: 'smoke_alarm', startS: 10, endS: 20 };

/** A stream of a minute. The evidence is `during` while the event may be reported, and zero at other times. */
function stream(during: Readonly<Record<string, number>>, isEvent: boolean): RecordedStream {
  const atS = Array.from({ length: SECONDS }, (_, second) => second);
  const rows = new Float32Array(SECONDS * NAMES.length);
  for (const [name, value] of Object.entries(during))
    for (let second = 12; second < 20; second++) rows[second * NAMES.length + NAMES.indexOf(name)] = value;
  return {
    kind: isEvent ? 'event' : 'confusers',
    seconds: SECONDS,
    events: isEvent ? [EVENT] : [],
    ignored: [],
    rows,
    atS: Float64Array.from(atS),
  };
}

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

let found: Calibrated;
beforeAll(() => {
  found = calibrate(LABELS, streams());
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

test('an event during which the detector made no evaluation counts as missed', () => {
  const slept = { ...stream({}, true), rows: new Float32Array(0), atS: new Float64Array(0) };
  const { levels } = calibrate(LABELS, [...streams(), slept, slept]);
  expect(levels['smoke_alarm']!.high.missRate).toBeCloseTo(1 / 11, 3);
}, 120_000);
