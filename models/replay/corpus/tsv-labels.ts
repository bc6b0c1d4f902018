import { join } from 'node:path';
import { audioFilesIn, resolveIn } from './audio-files.ts';
import type { CorpusBuilder } from './recording.ts';
import { readEventRows } from './event-rows.ts';

/** DCASE's and sed_eval's TSV: filename, onset, offset, event_label; a file without events is a row with its name alone. */
export async function readTsv(builder: CorpusBuilder, folder: string, labels: string): Promise<void> {
  const present = new Set(await audioFilesIn(folder));
  for (const { file: name, onset, offset, label, line } of await readEventRows(labels)) {
    const file = resolveIn(folder, present, name);
    if (file === null) {
      builder.report(name, 'is named by the labels and is not there', line);
      continue;
    }
    const recording = builder.open(file, join(folder, file));
    for (const one of label
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean))
      builder.annotate(recording, one, onset, offset, line);
  }
}
