import { compare, type Difference, type LabelComparison } from '../metrics/compare.ts';
import type { Stage } from '../metrics/product.ts';
import type { PlayedSession } from '../play/played.ts';
import { escape } from './svg.ts';
import { named, number, percent, range } from './words.ts';
import { table } from './html-table.ts';
import type { LabelMap } from '../../corpus/label-map.ts';

/** The data of the report's section that compares two releases on the same sounds. */
export interface Comparison {
  release: string;
  stages: Partial<Record<Stage, Record<string, LabelComparison>>>;
}

export function comparisonOf(
  release: string,
  labels: readonly string[],
  stages: readonly Stage[],
  ours: readonly PlayedSession[],
  theirs: readonly PlayedSession[],
  map: LabelMap,
): Comparison {
  const byLabel = (stage: Stage) =>
    Object.fromEntries(labels.map((label) => [label, compare(label, ours, theirs, map, stage)]));
  return { release, stages: Object.fromEntries(stages.map((stage) => [stage, byLabel(stage)])) };
}

export function comparisonSection({ release, stages }: Comparison): string {
  const tables = Object.entries(stages).map(([stage, labels]) => {
    const rows = Object.entries(labels).map(([label, { recall, falsePerHour, onlyOurs, onlyTheirs, chance }]) => [
      named(label),
      ...cells(recall, (v) => percent(v)),
      recall === null ? null : `${onlyOurs} / ${onlyTheirs} (p ${chance.toFixed(3)})`,
      ...cells(falsePerHour, signed),
    ]);
    const head = [
      'sound',
      'recall',
      'other release',
      'difference',
      'found only by this / only by the other release',
      'false alerts per hour',
      'other release',
      'difference',
    ];
    return `<h3>${stage === 'device' ? 'Device stage' : 'After the verifier'}</h3>${table(head, rows)}`;
  });
  return `<h2>Comparison with release ${escape(release)}</h2><p class="soft">Differences have a 95 % interval from resampling the recordings. A difference is called real when its interval excludes 0.</p>${tables.join('')}`;
}

const signed = (value: number): string => (value < 0 ? `-${number(-value)}` : number(value));

function cells(difference: Difference | null, text: (value: number) => string): (string | null)[] {
  if (difference === null) return [null, null, null];
  const { ours, theirs, difference: delta, interval, isReal } = difference;
  return [
    text(ours ?? 0),
    text(theirs ?? 0),
    `${text(delta)} (${range(interval.low, interval.high, text)})${isReal ? ', real' : ''}`,
  ];
}
