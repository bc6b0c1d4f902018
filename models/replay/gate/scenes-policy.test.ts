/**
 * Tests that the gate on scenes stops a release that is worse in a single slice. The counts are those of release
 * 2026-11-29.4 with seed 1, which passes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkPolicy } from './gate.ts';
import { readPolicy } from './gate-policy.ts';
import type { ReportFile, SliceReport } from './report-file.ts';

const COUNTS = join(import.meta.dirname, 'fixtures', 'scenes-2026-11-29.4.csv');
const policy = await readPolicy(join(import.meta.dirname, 'scenes-policy.json'));

interface Row extends SliceReport {
  label: string;
}

function countedRows(): Row[] {
  const [, ...lines] = readFileSync(COUNTS, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [label = '', by = '', value = '', ...counts] = line.split(',');
    const [positives = NaN, hits = NaN, falseAlarms = NaN, negativeHours = NaN] = counts.map(Number);
    const intervals = { recallLow: 0, recallHigh: 1, falsePerHourLow: 0, falsePerHourHigh: 1 };
    const own = { label, by, value, positives, hits, falseAlarms, negativeHours };
    return { ...own, ...intervals, recall: hits / positives, falsePerHour: falseAlarms / negativeHours };
  });
}

/** A report with these rows. The slice "setting = home" contains all sounds of a label. */
function reportWith(rows: readonly Row[]): ReportFile {
  const labels = rows.filter(({ by }) => by === 'setting');
  const stage = {
    labels: Object.fromEntries(
      labels.map(({ label, ...counts }) => [label, { ...counts, latencyS: { median: 1, p95: 1, worst: 1 } }]),
    ),
    crossTrigger: {},
    slices: Object.fromEntries(Map.groupBy(rows, ({ label }) => label)),
  };
  return {
    release: '2026-11-29.4',
    stages: { both: stage },
    problems: [],
    speed: { realTimeFactorPerCore: 100, peakRssMb: 300 },
  };
}

/** Changes one slice, named as "label column value", and returns the requirements that the release then misses. */
function missedAfter(slice: string, change: (row: Row) => Partial<Row>): string[] {
  const rows = countedRows();
  const changed = rows.find(({ label, by, value }) => `${label} ${by} ${value}` === slice);
  if (!changed) throw new Error(`no slice ${slice}`);
  Object.assign(changed, change(changed));
  changed.recall = changed.hits / changed.positives;
  return checkPolicy(policy, reportWith(rows))
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ what }) => what);
}

const unchanged = () => ({});
const onlyAShareOfHits =
  (share: number) =>
  ({ hits }: Row) => ({ hits: Math.floor(share * hits) });

test('the release passes with the counts that were measured', () => {
  expect(missedAfter('smoke_alarm pattern t3', unchanged)).toEqual([]);
});

test.each([
  ['smoke_alarm', 'band', '3.1k'],
  ['smoke_alarm', 'pattern', 't3'],
  ['smoke_alarm', 'pattern', 'fast'],
  ['smoke_alarm', 'timbre', 'square'],
  ['smoke_alarm', 'room', 'measured'],
  ['smoke_alarm', 'microphone', 'muffled'],
  ['smoke_alarm', 'codec', 'yes'],
  ['smoke_alarm', 'television', 'yes'],
  ['co_alarm', 'band', 'any'],
  ['co_alarm', 'microphone', 'muffled'],
  ['co_alarm', 'codec', 'yes'],
  ['glass_break', 'pane', 'tempered'],
  ['glass_break', 'microphone', 'muffled'],
  ['glass_break', 'television', 'yes'],
])('the gate stops a release that finds only half as many sounds of %s in the slice %s = %s', (label, by, value) => {
  const missed = missedAfter(`${label} ${by} ${value}`, onlyAShareOfHits(0.5));
  expect(missed.join('\n')).toContain(`both: ${label} in slice ${by} = ${value}: recall`);
});

// The recall of the release differs more between rooms than between other slices, so the limits for rooms are wider.
test.each([
  ['co_alarm', 'room', 'simulated'],
  ['glass_break', 'room', 'next room'],
])(
  'the gate stops a release that finds only a quarter as many sounds of %s in the slice %s = %s',
  (label, by, value) => {
    const missed = missedAfter(`${label} ${by} ${value}`, onlyAShareOfHits(0.25));
    expect(missed.join('\n')).toContain(`both: ${label} in slice ${by} = ${value}: recall`);
  },
);

test('the gate stops a release with ten times as many false alerts on one kind of microphone', () => {
  const missed = missedAfter('smoke_alarm microphone muffled', ({ falseAlarms }) => ({
    falseAlarms: 10 * falseAlarms,
  }));
  expect(missed).toEqual([
    'both: smoke_alarm in slice microphone = muffled: false alerts per hour relative to the other slices',
  ]);
});
