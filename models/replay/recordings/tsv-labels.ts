import { join } from 'node:path';
import type { LabelMap } from '../../corpus/label-map.ts';
import { audioFilesIn, resolveIn } from './audio-files.ts';
import type { CorpusBuilder } from './recording.ts';
import { readEventRows } from './event-rows.ts';

/**
 * Reads the TSV of DCASE and sed_eval with the columns filename, onset, offset, event_label. A row with only a file
 * name means that the file has no events.
 */
export async function readTsv(builder: CorpusBuilder, folder: string, labels: string, map: LabelMap): Promise<void> {
  const present = new Set(await audioFilesIn(folder));
  for (const { file: name, onset, offset, label, line } of await readEventRows(labels)) {
    const file = resolveIn(folder, present, name);
    if (file === null) {
      builder.report(name, 'is listed in the label file but does not exist', line);
      continue;
    }
    const recording = builder.open(file, join(folder, file));
    for (const one of labelsOf(label, map)) builder.annotate(recording, one, onset, offset, line);
  }
}

/**
 * Splits a text into labels at its commas, unless the whole text is a known label, for example AudioSet's "Smoke
 * detector, smoke alarm".
 */
export function labelsOf(written: string, map: LabelMap): string[] {
  const whole = written.trim();
  if (map.rule(whole).known) return [whole];
  return whole
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
