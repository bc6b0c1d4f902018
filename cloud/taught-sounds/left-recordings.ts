import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudParts } from '../parts.ts';

const DAY_MS = 24 * 3_600_000;
/** The names that earlier versions gave their folders: `mkdtemp` adds six characters. */
const LEFT_FOLDER = /^earshot-teach-[A-Za-z0-9]{6}$/;

/**
 * Removes recordings of homes that earlier versions left in the folder for temporary files: a cloud that was killed
 * during a training did not delete its copies. A day is longer than any training, so a folder that is in use is kept.
 */
export async function removeLeftRecordings(
  { clock, log }: Pick<CloudParts, 'clock' | 'log'>,
  folder = tmpdir(),
): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      if (!LEFT_FOLDER.test(name)) continue;
      const path = join(folder, name);
      const found = await lstat(path);
      const isOurs = found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid);
      if (!isOurs || found.mtimeMs > clock.nowMs() - DAY_MS) continue;
      await rm(path, { recursive: true, force: true });
      log.info({ path }, 'removed recordings that an earlier version left behind');
    }
  } catch (error) {
    log.warn({ err: error }, 'recordings that an earlier version left behind could not be removed');
  }
}
