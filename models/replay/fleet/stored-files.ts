import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { LocateFile } from '../play/sounds.ts';

/**
 * Downloads objects of the store once, as files below `folder`. Recordings may be hours long, so they are played from
 * disk in pieces.
 */
export function storedFiles(store: ClipStore, folder: string): LocateFile {
  return async (key) => {
    const path = join(folder, key);
    if (await isThere(path)) return path;
    const bytes = await store.get(key);
    if (bytes === null) throw new EarshotError('AUDIO_UNREADABLE', `${key} is not in the store.`);
    await mkdir(dirname(path), { recursive: true });
    // Several workers may share the folder, so a file gets its final name only when it is complete.
    const aside = `${path}.${process.pid}`;
    await writeFile(aside, bytes);
    await rename(aside, path);
    return path;
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
