import { join } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { LabelMap } from '../../corpus/label-map.ts';
import { audioFilesIn, resolveIn } from './audio-files.ts';
import type { CorpusBuilder } from './recording.ts';
import { columnsOf, readTable, type TableRow } from './table.ts';
import { labelsOf } from './tsv-labels.ts';

/** The label column is called "category" in ESC-50, "event_label" in DCASE, "class" elsewhere. */
const ALIASES = {
  file: ['filename', 'file_name', 'path', 'fname', 'audio'],
  label: ['category', 'event_label', 'class', 'labels', 'event_labels', 'target_label'],
  onset: ['start', 'onset_s', 'start_s', 'start_time', 'begin'],
  offset: ['end', 'offset_s', 'end_s', 'end_time'],
};
const OURS = new Set(Object.entries(ALIASES).flatMap(([name, others]) => [name, ...others]));
/**
 * Columns of ESC-50's own CSV that become slices: only the fold, and whether the clip belongs to ESC-10, are useful.
 */
const USELESS = new Set(['target', 'take', 'src_file', 'duration_s', 'source_commit']);

/**
 * Reads a CSV with the columns file, label[, onset, offset]. Every other column becomes a slice. A file may have
 * several rows.
 */
export async function readCsv(
  builder: CorpusBuilder,
  folder: string,
  labels: string,
  map: LabelMap,
  split?: string,
): Promise<void> {
  const [header, ...rows] = await readTable(labels, ',');
  if (!header) throw new EarshotError('CORPUS_LABELS', `${labels} is empty.`);
  const columns = columnsOf(labels, header, ALIASES, ['file', 'label']);
  if (split !== undefined && !columns.has('split'))
    throw new EarshotError('CORPUS_LABELS', `${labels} has no column split.`);
  const present = new Set(await audioFilesIn(folder));
  const sliceNames = columns.names.filter((name) => !OURS.has(name.toLowerCase()) && !USELESS.has(name.toLowerCase()));
  const slicesOf = (row: TableRow): Record<string, string> => {
    const filled = sliceNames.map((name) => [name, row.cells[columns.names.indexOf(name)] ?? ''] as const);
    return Object.fromEntries(filled.filter(([, value]) => value !== ''));
  };
  for (const row of rows) {
    if (split !== undefined && columns.of(row, 'split') !== split) continue;
    const name = columns.of(row, 'file');
    const file = resolveIn(folder, present, name);
    if (file === null) {
      builder.report(name, 'is listed in the label file but does not exist', row.line);
      continue;
    }
    const recording = builder.open(file, join(folder, file), slicesOf(row));
    for (const label of labelsOf(columns.of(row, 'label'), map)) {
      builder.annotate(recording, label, columns.of(row, 'onset'), columns.of(row, 'offset'), row.line);
    }
  }
}
