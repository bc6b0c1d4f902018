import { columnsOf, readTable, type TableRow } from './table.ts';

export interface EventRow {
  file: string;
  /** The text of the cell, unchanged. */
  onset: string;
  offset: string;
  label: string;
  line: number;
}

const ALIASES = {
  filename: ['file', 'audio_file'],
  event_label: ['label', 'event_labels', 'event'],
  onset: ['start'],
  offset: ['end'],
};

/**
 * Reads the rows of an annotation TSV. With a header, the columns may be in any order. Without a header they are:
 * filename, onset, offset, event_label (sed_eval); or filename and label (a list of weak labels); or only the filename.
 */
export async function readEventRows(path: string): Promise<EventRow[]> {
  const [first, ...rest] = await readTable(path, '\t');
  if (!first) return [];
  if (first.cells.some((cell) => /^(file|filename|audio_file)$/i.test(cell))) {
    const columns = columnsOf(path, first, ALIASES, ['filename']);
    return rest.map((row) => ({
      file: columns.of(row, 'filename'),
      onset: columns.of(row, 'onset'),
      offset: columns.of(row, 'offset'),
      label: columns.of(row, 'event_label'),
      line: row.line,
    }));
  }
  return [first, ...rest].map(byPlace);
}

const isNumber = (cell: string | undefined): boolean =>
  cell !== undefined && cell !== '' && Number.isFinite(Number(cell));

function byPlace({ cells, line }: TableRow): EventRow {
  const [file = '', second = '', third = '', fourth = ''] = cells;
  // Older DCASE lists have a column with the scene between the file name and the onset.
  if (cells.length >= 5 && !isNumber(second) && isNumber(third))
    return { file, onset: third, offset: fourth, label: cells[4] ?? '', line };
  if (cells.length >= 3 || isNumber(second)) return { file, onset: second, offset: third, label: fourth, line };
  return { file, onset: '', offset: '', label: second, line };
}
