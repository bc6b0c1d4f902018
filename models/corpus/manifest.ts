import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { EarshotError, asEarshotError } from '@earshot/shared/errors.ts';
import type { Problem } from './problem.ts';

/** One row of the project's own `manifest.csv`. */
export interface ManifestRow {
  file: string;
  /** Absolute path of the file. */
  path: string;
  split: string;
  label: string;
  durationS: number;
  source: string;
  licence: string;
  notes: string;
  /** Line number in the manifest, for messages. */
  line: number;
}

const REQUIRED = ['file', 'split', 'label', 'duration_s', 'source'] as const;

export interface Manifest {
  rows: ManifestRow[];
  problems: Problem[];
}

/** Returns every usable row. Invalid rows are reported with their line number and left out. */
export async function readManifest(path: string): Promise<Manifest> {
  const records = await readRecords(path);
  const rows: ManifestRow[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { record, line } of records) {
    const row = toRow(record, line, dirname(path));
    const reason = typeof row === 'string' ? row : seen.has(row.file) ? 'is named twice' : null;
    if (typeof row === 'string' || reason !== null)
      problems.push({ file: record['file'] ?? '', line, reason: reason ?? '' });
    else {
      seen.add(row.file);
      rows.push(row);
    }
  }
  return { rows, problems };
}

interface Line {
  record: Record<string, string>;
  line: number;
}

async function readRecords(path: string): Promise<Line[]> {
  let parsed: { record: Record<string, string>; info: { lines: number } }[];
  try {
    parsed = parse(await readFile(path, 'utf8'), {
      columns: true,
      info: true,
      bom: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('FILE_MISSING', `${path} (what a corpus contains: docs/corpus.md).`, { cause: error });
    throw asEarshotError(error, 'CORPUS_LABELS', `The manifest ${path} cannot be read`);
  }
  const columns = parsed[0] ? Object.keys(parsed[0].record) : [];
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new EarshotError(
      'CORPUS_LABELS',
      `The manifest ${path} has no column ${missing.join(', ')}; it has: ${columns.join(', ') || 'no rows'}.`,
    );
  return parsed.map(({ record, info }) => ({ record, line: info.lines }));
}

function toRow(record: Record<string, string>, line: number, folder: string): ManifestRow | string {
  const { file = '', split = '', label = '' } = record;
  if (file === '' || label === '') return 'has no file or no label';
  const path = resolve(folder, file);
  const inside = relative(folder, path);
  if (inside.startsWith('..') || isAbsolute(inside)) return 'lies outside the corpus';
  const durationS = Number(record['duration_s']);
  if (!Number.isFinite(durationS) || durationS <= 0) return `has the duration ${JSON.stringify(record['duration_s'])}`;
  const { source = '', licence = '', notes = '' } = record;
  return { file, path, split, label, durationS, source, licence, notes, line };
}
