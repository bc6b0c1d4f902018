import { readdir } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';

const AUDIO = /\.(wav|wave|flac|ogg|oga|opus|mp3|m4a|aac|aif|aiff|wma|webm|mp4|caf|au)$/i;

export const isAudioName = (name: string): boolean => AUDIO.test(name);

/**
 * Returns every file below `folder` with the extension of an audio file, sorted, with forward slashes. Hidden folders
 * are skipped.
 */
export async function audioFilesIn(folder: string): Promise<string[]> {
  return (await filesIn(folder)).filter(isAudioName);
}

export async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return (
      entries
        // A corpus may consist of symbolic links. A broken link is reported when it is played.
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
        .sort()
    );
  } catch (error) {
    throw asEarshotError(error, 'CORPUS_EMPTY', folder);
  }
}

/**
 * Returns the path of a recording's label track in Audacity, which has the recording's name and lies in the same
 * folder.
 */
export const trackOf = (audio: string): string => `${audio.slice(0, -extname(audio).length)}.txt`;

/** Finds the file that a label file names: under the name as written, or in one of the usual audio folders. */
export function resolveIn(folder: string, present: ReadonlySet<string>, name: string): string | null {
  const plain = relative(folder, resolve(folder, name)).split(sep).join('/');
  return [plain, `audio/${plain}`, `wav/${plain}`, `clips/${plain}`].find((file) => present.has(file)) ?? null;
}
