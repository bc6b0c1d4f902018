import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';

/**
 * Suffix of temporary files. An interrupted write leaves such a file; the owner of the folder removes it at its next
 * start.
 */
export const UNFINISHED = '.unfinished';

/**
 * Writes a whole file or nothing: writes a temporary file, calls fsync, renames it and calls fsync on the folder. When
 * this resolves, the new file survives a power cut; before that, the old file (or none) is there.
 */
export async function writeAtomically(path: string, parts: readonly Uint8Array[], mode = 0o600): Promise<void> {
  const temporary = path + UNFINISHED;
  try {
    const file = await open(temporary, 'w', mode);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', path);
  }
}

/** A rename or a removal is durable only after an fsync of the folder. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Creates a folder and its missing parents. Once this resolves, they survive a power cut. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made !== dirname(first); made = dirname(made)) await syncFolder(dirname(made));
}
