import { dirname, basename, join } from 'node:path';
import { audioFilesIn } from './audio-files.ts';
import type { CorpusBuilder } from './recording.ts';

/** Reads a corpus in which the folder of a recording is its label. The folders above become a slice. */
export async function readFolderTree(builder: CorpusBuilder, folder: string): Promise<void> {
  for (const file of await audioFilesIn(folder)) {
    const parent = dirname(file);
    if (parent === '.') {
      builder.report(file, 'has no label: put it into a folder whose name is the label');
      continue;
    }
    const above = dirname(parent);
    const recording = builder.open(file, join(folder, file), above === '.' ? {} : { folder: above });
    builder.annotate(recording, basename(parent), '', '');
  }
}
