import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { audioFilesIn, filesIn, trackOf } from './audio-files.ts';
import type { CorpusBuilder } from './recording.ts';

/**
 * Reads Audacity's label tracks. A label track is a text file with the name of its recording, in the same or in a
 * separate folder, with lines of `start TAB end TAB label`. An empty track means that the recording contains no event.
 */
export async function readAudacity(builder: CorpusBuilder, folder: string, tracksFolder: string): Promise<void> {
  const tracks = new Set(await filesIn(tracksFolder));
  for (const file of await audioFilesIn(folder)) {
    const track = trackOf(file);
    if (tracks.has(track)) await readTrack(builder, folder, file, join(tracksFolder, track));
    else builder.report(file, 'has no label');
    tracks.delete(track);
  }
  for (const track of tracks) if (track.endsWith('.txt')) builder.report(track, 'is a label track without a recording');
}

async function readTrack(builder: CorpusBuilder, folder: string, file: string, track: string): Promise<void> {
  const recording = builder.open(file, join(folder, file));
  let text: string;
  try {
    text = await readFile(track, 'utf8');
  } catch (error) {
    throw asEarshotError(error, 'CORPUS_LABELS', track);
  }
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    // A line that begins with a backslash contains the frequency range of a spectral selection.
    if (line.trim() === '' || line.startsWith('\\')) continue;
    const [start = '', end = '', label = ''] = line.split('\t');
    if (label.trim() === '')
      builder.report(file, `a label track line without a label: ${JSON.stringify(line)}`, at + 1);
    // A point label has no length, so it is given the shortest length that counts.
    else
      builder.annotate(
        recording,
        label.trim(),
        start || 'missing',
        end === start ? String(Number(end) + 0.001) : end || 'missing',
        at + 1,
      );
  }
}
