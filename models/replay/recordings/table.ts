import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

export interface TableRow {
  cells: string[];
  /** Line number in the file, counted from 1. */
  line: number;
}

/** Reads any CSV or TSV. Quotes, byte-order marks, blank lines and rows of unequal length are accepted. */
export async function readTable(path: string, delimiter: ',' | '\t'): Promise<TableRow[]> {
  try {
    const text = await readFile(path, 'utf8');
    // sed_eval's own TSVs are never quoted, so a quote character in a file name must not join lines.
    const quote = delimiter === ',' ? '"' : false;
    const parsed = parse(text, {
      delimiter,
      quote,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return parsed.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('FILE_MISSING', path, { cause: error });
    throw asEarshotError(error, 'CORPUS_LABELS', `The label file ${path} cannot be read`);
  }
}

export interface Columns {
  /** Returns the cell in the column with this name, or '' when the row is too short. */
  of(row: TableRow, name: string): string;
  has(name: string): boolean;
  names: string[];
}

/** Finds columns by a header row. A column may have several spellings; the first spelling in the header is used. */
export function columnsOf(
  path: string,
  header: TableRow,
  aliases: Record<string, readonly string[]>,
  required: readonly string[],
): Columns {
  const names = header.cells.map((cell) => cell.toLowerCase());
  const place = (name: string) =>
    [name, ...(aliases[name] ?? [])].map((alias) => names.indexOf(alias)).find((at) => at >= 0) ?? -1;
  const missing = required.filter((name) => place(name) < 0);
  if (missing.length > 0)
    throw new EarshotError(
      'CORPUS_LABELS',
      `${path} has no column ${missing.join(', ')}; it has: ${header.cells.join(', ')}.`,
    );
  return {
    of: (row, name) => row.cells[place(name)] ?? '',
    has: (name) => place(name) >= 0,
    names: header.cells,
  };
}
