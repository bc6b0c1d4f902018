import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { counted } from '@earshot/shared/wording.ts';
import { BUILT_IN_MAP, type LabelMap } from '../../corpus/label-map.ts';
import { readManifest } from '../../corpus/manifest.ts';
import { readAudacity } from './audacity-labels.ts';
import { audioFilesIn, filesIn, isAudioName, trackOf } from './audio-files.ts';
import { readCsv } from './csv-labels.ts';
import { readFolderTree } from './folder-tree.ts';
import { CorpusBuilder, type Corpus } from './recording.ts';
import { readTsv } from './tsv-labels.ts';

export interface CorpusOptions {
  /**
   * The label file, or the folder of Audacity's label tracks. Without this option it is searched in the corpus by its
   * usual names.
   */
  labels?: string;
  /** The value in the column `split` of `manifest.csv` that a row must have to be read. */
  split?: string;
  /** Used to find out which labels contain commas. */
  labelMap?: LabelMap;
}

/** The usual paths of the label file, in the order of the search. */
const USUAL = [
  'manifest.csv',
  'meta/esc50.csv',
  'esc50.csv',
  'labels.csv',
  'metadata.csv',
  'labels.tsv',
  'metadata.tsv',
];

/** Reads a corpus. Returns its recordings with their labels, and all problems that were found. */
export async function readCorpus(path: string, options: CorpusOptions = {}): Promise<Corpus> {
  const folder = (await isFile(path)) ? dirname(path) : path;
  const builder = new CorpusBuilder();
  if (folder === path) await readLabels(builder, folder, options);
  else await readOneFile(builder, path, options);
  const corpus = builder.build();
  if (corpus.recordings.length > 0) return corpus;
  throw new EarshotError('CORPUS_EMPTY', `${path}: ${nothingUsable(corpus, options)}`, { details: corpus.problems });
}

async function readLabels(
  builder: CorpusBuilder,
  folder: string,
  { labels, split, labelMap = BUILT_IN_MAP }: CorpusOptions,
): Promise<void> {
  const found = labels ?? (await findLabels(folder));
  if (found === null) return readFolderTree(builder, folder);
  if (!(await isFile(found))) return readAudacity(builder, folder, found);
  if (basename(found) === 'manifest.csv' && (await isOurManifest(found))) await readOurManifest(builder, found, split);
  else if (extname(found) === '.tsv') await readTsv(builder, folder, found, labelMap);
  else if (extname(found) === '.txt') await readTsv(builder, folder, found, labelMap);
  else await readCsv(builder, folder, found, labelMap, split);
  if (split === undefined) await nameUnlabelled(builder, folder);
}

async function findLabels(folder: string): Promise<string | null> {
  const files = await filesIn(folder);
  const usual = USUAL.find((name) => files.includes(name));
  if (usual) return join(folder, usual);
  const tables = files.filter((name) => !name.includes('/') && /\.(csv|tsv)$/i.test(name));
  if (tables.length === 1) return join(folder, tables[0] as string);
  const withTrack = files.filter((name) => isAudioName(name) && files.includes(trackOf(name)));
  return withTrack.length > 0 ? folder : null;
}

async function isOurManifest(path: string): Promise<boolean> {
  return readManifest(path).then(
    () => true,
    () => false,
  );
}

async function readOurManifest(builder: CorpusBuilder, path: string, split: string | undefined): Promise<void> {
  const { rows, problems } = await readManifest(path);
  builder.problems.push(...problems);
  for (const row of rows) {
    // Skip room responses, because they are not sounds of a home.
    if (split === undefined ? row.split === 'rir' : row.split !== split) continue;
    const recording = builder.open(row.file, row.path, { source: row.source, split: row.split });
    builder.annotate(recording, row.label, '', '', row.line);
  }
}

/**
 * Reports files without a label. They are not played, because it is unknown whether an alert for them would be right.
 */
async function nameUnlabelled(builder: CorpusBuilder, folder: string): Promise<void> {
  const labelled = new Set(builder.paths().map((path) => resolve(path)));
  for (const file of await audioFilesIn(folder)) {
    if (!labelled.has(resolve(folder, file))) builder.report(file, 'has no label');
  }
}

/**
 * Reads one recording, with its labels from a label file with a usual name in the same folder. Other files are not
 * read, because the folder may contain anything.
 */
async function readOneFile(builder: CorpusBuilder, path: string, options: CorpusOptions): Promise<void> {
  const folder = dirname(path);
  const usual = USUAL.map((name) => join(folder, name)).find((name) => existsSync(name));
  const labels = options.labels ?? usual;
  if (labels !== undefined) {
    const all = new CorpusBuilder();
    await readLabels(all, folder, { ...options, labels });
    const { recordings, problems } = all.build();
    const own = recordings.find((recording) => resolve(recording.path) === resolve(path));
    if (own) {
      builder.take(own);
      builder.problems.push(...problems.filter(({ file }) => file === own.file));
    }
    // If the user gave a label file, it must contain the recording.
    if (own || options.labels !== undefined) return;
  }
  builder.open(basename(path), path);
  builder.report(basename(path), 'has no label: the report counts every detection as false');
}

async function isFile(path: string): Promise<boolean> {
  if (!existsSync(path)) throw new EarshotError('FILE_MISSING', path);
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    throw asEarshotError(error, 'CORPUS_EMPTY', path);
  }
}

function nothingUsable({ problems }: Corpus, { split }: CorpusOptions): string {
  const wanted = split === undefined ? '' : ` in split "${split}"`;
  const first = problems.slice(0, 5).map(({ file, reason }) => `${file} ${reason}`);
  return `no labelled recording${wanted}${first.length > 0 ? `; ${counted(problems.length, 'problem')}, first: ${first.join('; ')}` : ''}.`;
}
