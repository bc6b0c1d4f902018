import { describe, expect, test } from '@jest/globals';
import { encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import type { HeardPlay, HeardRecording } from './heard-recording.ts';
import { alertsAt, isIgnored, markedOf } from './home-marks.ts';

const LIKENESS = { above: 0.99, withLoudest: null };

const report = (clip: number[], given: Partial<HeardPlay['reports'][number]> = {}): HeardPlay['reports'][number] => ({
  afterS: 0.5,
  eventStartS: 9.5,
  score: 0.9,
  hasStandardRhythm: false,
  clip: encodeEmbedding(Float32Array.from(clip)),
  loudest: encodeEmbedding(Float32Array.of(1)),
  device: encodeEmbedding(Float32Array.of(1)),
  ...given,
});
const recording = (...reports: HeardPlay['reports']): HeardRecording => ({
  file: 'plate.wav',
  isReal: false,
  plays: [{ place: 0, time: 0, level: 'high', reports }],
});
const alertOf = (...reports: HeardPlay['reports']) => alertsAt([recording(...reports)], 'high', 0.5)[0]!;

describe('the plays that alert', () => {
  test('are those of the level with a report that the verifier confirms', () => {
    expect(alertsAt([recording(report([1, 0], { score: 0.4 }))], 'high', 0.5)).toEqual([]);
    expect(alertsAt([recording(report([1, 0]))], 'medium', 0.5)).toEqual([]);
    expect(alertsAt([recording()], 'high', 0.5)).toEqual([]);
    const [alert] = alertsAt([recording(report([1, 0], { score: 0.4 }), report([0, 1], { afterS: 2 }))], 'high', 0.5);
    expect(alert).toMatchObject({ file: 'plate.wav', afterS: 2, confirmed: [{ score: 0.9 }] });
  });
});

describe('a marked alert', () => {
  test('stores at most three different sounds, those with the highest scores', () => {
    const scores = [0.6, 0.7, 0.8, 0.9];
    const alert = alertOf(
      ...scores.map((score, at) =>
        report(
          [0, 1, 2, 3].map((n) => Number(n === at)),
          { score },
        ),
      ),
    );
    expect(markedOf(alert, LIKENESS)).toEqual([alert.confirmed[3], alert.confirmed[2], alert.confirmed[1]]);
    expect(markedOf(alertOf(report([1, 0]), report([1, 0.01])), LIKENESS)).toHaveLength(1);
  });

  test('stores no sound with the rhythm of an alarm', () => {
    expect(markedOf(alertOf(report([1, 0], { hasStandardRhythm: true })), LIKENESS)).toEqual([]);
  });
});

describe('an alert is ignored', () => {
  const marked = markedOf(alertOf(report([1, 0])), LIKENESS);

  test('only when all its confirmed reports are similar to the marked sounds', () => {
    expect(isIgnored(alertOf(report([1, 0.01])), marked, LIKENESS)).toBe(true);
    expect(isIgnored(alertOf(report([1, 0.01]), report([0, 1])), marked, LIKENESS)).toBe(false);
  });

  test('never when it has the rhythm of an alarm', () => {
    expect(isIgnored(alertOf(report([1, 0], { hasStandardRhythm: true })), marked, LIKENESS)).toBe(false);
  });
});
