import type { LabelledFigures, Scores } from '../metrics/score.ts';
import type { Slice } from '../metrics/slices.ts';
import type { LabelFigures, StageResults } from '../metrics/stage-figures.ts';
import { type Cell, table } from './html-table.ts';
import type { Results } from './report-json.ts';
import { escape } from './svg.ts';
import { named, number, percent, range } from './words.ts';

export function labelTable(labels: Record<string, LabelFigures>): string {
  const rows = Object.entries(labels).map(([label, f]): Cell[] => [
    named(label),
    f.positives === 0 ? null : `${f.hits} of ${f.positives}`,
    f.recall === null ? null : percent(f.recall),
    f.positives === 0 ? null : range(f.recallLow, f.recallHigh, (v) => percent(v, 0)),
    f.falseAlarms,
    f.falsePerHour === null ? null : number(f.falsePerHour),
    f.falsePerHour === null ? null : range(f.falsePerHourLow, f.falsePerHourHigh, number),
    f.falsePerDay === null ? null : number(f.falsePerDay),
    f.negativeHours.toFixed(2),
    f.latencyS === null ? null : `${f.latencyS.median.toFixed(1)} / ${f.latencyS.p95.toFixed(1)} s`,
    f.area === null ? null : f.area.toFixed(3),
  ]);
  return table(
    [
      'sound',
      'found',
      'recall',
      '95 %',
      'false',
      'per hour',
      '95 %',
      'per day',
      'hours',
      'delay (median / 95 %)',
      'area',
    ],
    rows,
  );
}

export function sweepTable({ labels }: StageResults): string {
  const shown = Object.entries(labels).filter(([, { bestUnder }]) => bestUnder.length > 0);
  const budgets = shown[0]?.[1].bestUnder.map(({ falsePerDay }) => falsePerDay) ?? [];
  const rows = shown.map(([label, { bestUnder }]): Cell[] => [
    named(label),
    ...bestUnder.map(({ point }) =>
      point === null ? null : `${percent(1 - point.recall)} (at threshold ${point.threshold})`,
    ),
  ]);
  return table(['sound', ...budgets.map((budget) => `${budget} false alerts a day`)], rows);
}

export function crossTable(cross: Record<string, Record<string, number>>): string {
  const columns = Object.keys(Object.values(cross)[0] ?? {});
  if (columns.length === 0) return '<p class="soft">None of these sounds is in the corpus.</p>';
  return table(
    ['sound / alerted as', ...columns.map(named)],
    Object.entries(cross).map(([row, cells]) => [
      named(row),
      ...columns.map((column) => percent(cells[column] ?? 0, 0)),
    ]),
  );
}

const MOST_SLICES = 8;

export function sliceTable(slices: Record<string, readonly Slice[]>): string {
  const rows = Object.entries(slices).flatMap(([label, list]) =>
    list
      .filter((slice) => slice.hits < slice.positives || slice.falseAlarms > 0)
      .slice(0, MOST_SLICES)
      .map((s): Cell[] => [
        `${named(label)}: ${s.by} ${s.value}`,
        s.positives === 0 ? null : `${s.hits} of ${s.positives}`,
        s.positives === 0 ? null : range(s.recallLow, s.recallHigh, (v) => percent(v, 0)),
        s.falseAlarms,
        s.falsePerHour === null ? null : number(s.falsePerHour),
        s.falsePerHour === null ? null : range(s.falsePerHourLow, s.falsePerHourHigh, number),
        s.negativeHours.toFixed(2),
      ]),
  );
  if (rows.length === 0) return '<p class="good">No slice has a miss or a false alert.</p>';
  return table(['slice', 'found', '95 %', 'false', 'per hour', '95 %', 'hours'], rows);
}

export function scoreTable({ event, segment }: Scores): string {
  const rows = (kind: string, { overall, labels }: LabelledFigures): Cell[][] =>
    [['all', overall] as const, ...Object.entries(labels)].map(([label, f]) => [
      `${kind}: ${label === 'all' ? 'all' : named(label)}`,
      ...[f.precision, f.recall, f.f1].map((value) => (Number.isNaN(value) ? null : value.toFixed(3))),
      f.errorRate > 1e6 ? null : f.errorRate.toFixed(2),
    ]);
  return table(
    ['score (events: onset within 500 ms; segments: 1 s)', 'precision', 'recall', 'F1', 'error rate'],
    [...rows('events', event), ...rows('segments', segment)],
  );
}

export function mapTable({ corpusLabels }: Results): string {
  const rows = [...corpusLabels].map(([label, rule]): Cell[] => {
    const left =
      rule.ignore === '*'
        ? 'not scored for any label'
        : rule.ignore.length > 0
          ? `not scored for ${rule.ignore.map(named).join(', ')}`
          : '';
    const meaning =
      [rule.positive === undefined ? '' : named(rule.positive), left].filter(Boolean).join('; ') || 'confuser';
    return [label, meaning, rule.known ? '' : 'not in the label map, so counted as a confuser'];
  });
  const unknown = [...corpusLabels].filter(([, rule]) => !rule.known).map(([label]) => label);
  const warning =
    unknown.length === 0 ? '' : `<p class="bad">Labels that are in no label map: ${escape(unknown.join(', '))}.</p>`;
  return `${warning}<details><summary>${rows.length} labels</summary>${table(['label of the corpus', 'meaning', ''], rows)}</details>`;
}
