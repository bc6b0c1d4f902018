import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { score, USUAL_SCORING, type LabelledFigures, type Scores } from './score.ts';
import type { ScoredEvent } from './scored-event.ts';

type Row = [file: string] | [file: string, onset: number, offset: number, label: string];
interface Case {
  seed: number;
  options: { collarS: number; offsets: boolean; segmentS: number };
  reference: Row[];
  estimated: Row[];
  expected: Scores;
}

/**
 * Random pairs with overlaps, several labels, empty files, and files that only one side lists; made by
 * fixtures/sed-eval-reference.py.
 */
const cases = JSON.parse(
  await readFile(new URL('fixtures/sed-eval-reference.json', import.meta.url), 'utf8'),
) as Case[];

function byFile(rows: Row[]): Map<string, ScoredEvent[]> {
  const files = new Map<string, ScoredEvent[]>();
  for (const [file, onsetS, offsetS, label] of rows) {
    const events = files.get(file) ?? [];
    files.set(file, events);
    if (onsetS !== undefined) events.push({ label: label as string, onsetS, offsetS: offsetS as number });
  }
  return files;
}

function expectEqual(ours: LabelledFigures, theirs: LabelledFigures): void {
  expect(Object.keys(ours.labels)).toEqual(Object.keys(theirs.labels));
  const pairs = [
    [ours.overall, theirs.overall],
    ...Object.keys(ours.labels).map((l) => [ours.labels[l], theirs.labels[l]]),
  ];
  for (const [our, their] of pairs as [LabelledFigures['overall'], LabelledFigures['overall']][]) {
    for (const key of ['precision', 'recall', 'f1', 'errorRate'] as const) {
      const expected = their[key] as number | null;
      if (expected === null) expect(our[key]).toBeNaN();
      else expect(Math.abs(our[key] - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, expected));
    }
  }
}

describe('scoring estimated events against annotated events', () => {
  test.each(cases.map((one) => [one.seed, one] as const))(
    'the scores of random pair %i equal those of sed_eval',
    (_, one) => {
      const ours = score(byFile(one.reference), byFile(one.estimated), { ...USUAL_SCORING, ...one.options });
      expectEqual(ours.event, one.expected.event);
      expectEqual(ours.segment, one.expected.segment);
    },
  );

  test('events of a file that only the estimate lists count as insertions, unless only files of the reference are scored', () => {
    const reference = new Map([['a.wav', [{ label: 'x', onsetS: 1, offsetS: 2 }]]]);
    const estimated = new Map([...reference, ['b.wav', [{ label: 'x', onsetS: 1, offsetS: 2 }]]]);
    expect(score(reference, estimated).event.overall.precision).toBe(0.5);
    expect(score(reference, estimated, { ...USUAL_SCORING, files: 'reference' }).event.overall.precision).toBe(1);
  });
});
