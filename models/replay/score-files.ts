import { readAnnotations } from './metrics/annotation-file.ts';
import type { Figures } from './metrics/figures.ts';
import { score, type LabelledFigures } from './metrics/score.ts';

export interface ScoreFlags {
  json?: boolean;
  collar: number;
  offsets?: boolean;
  segment: number;
  files: 'union' | 'reference';
}

/** The result of `earshot score`: a table for people, or JSON in which undefined figures are null. */
export async function scoreFiles(reference: string, estimated: string, flags: ScoreFlags): Promise<string> {
  const { collar, offsets, segment, files } = flags;
  const scores = score(await readAnnotations(reference), await readAnnotations(estimated), {
    collarS: collar,
    offsets: offsets ?? false,
    segmentS: segment,
    files,
  });
  // JSON has no NaN: JSON.stringify writes null, which means "not defined".
  if (flags.json) return `${JSON.stringify(scores, null, 2)}\n`;
  return `${table(`event-based, onset within ${collar} s${offsets ? ', offset must match, too' : ''}`, scores.event)}\n${table(`segment-based, segments of ${segment} s`, scores.segment)}`;
}

function table(title: string, { overall, labels }: LabelledFigures): string {
  const rows = [
    ['', 'precision', 'recall', 'F1', 'error rate'],
    line('overall', overall),
    ...Object.entries(labels).map(([label, figures]) => line(label, figures)),
  ];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  const body = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  '),
  );
  return `${title}\n${body.join('\n')}\n`;
}

const line = (name: string, { precision, recall, f1, errorRate }: Figures): string[] => [
  name,
  ...[precision, recall, f1, errorRate].map(number),
];

const number = (value: number): string => (Number.isNaN(value) ? '-' : value > 1e6 ? 'no reference' : value.toFixed(4));
