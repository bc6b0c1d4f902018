import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';

const FOLDER = 0o700;
const FILE = 0o600;

/**
 * Makes sounds, tokens and the secret readable only by the user who runs the cloud. This applies to new files, and to files below `home`
 * that an earlier version left readable. Only Earshot's own files are changed, because `home` may contain other files.
 */
export function keepPrivate(home: string, clipsDir: string | null): void {
  process.umask(0o077);
  try {
    mkdirSync(home, { recursive: true, mode: FOLDER });
    setMode(home, FOLDER);
    for (const name of ['secret', 'cloud.db', 'cloud.db-wal', 'cloud.db-shm']) {
      const path = join(home, name);
      if (existsSync(path)) setMode(path, FILE);
    }
    if (clipsDir !== null && existsSync(clipsDir)) setModesBelow(clipsDir);
  } catch (error) {
    throw asEarshotError(error, 'DISK_UNWRITABLE', home);
  }
}

function setModesBelow(folder: string): void {
  setMode(folder, FOLDER);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setModesBelow(path);
    else if (entry.isFile()) setMode(path, FILE);
  }
}

/** Changes a file's mode only if it is wrong, because the disk may be read-only. */
function setMode(path: string, mode: number): void {
  if ((lstatSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}
