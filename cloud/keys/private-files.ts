import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';

const FOLDER = 0o700;
const FILE = 0o600;

/**
 * Sounds, tokens and the secret are readable by their own user only: new files, and those that earlier versions left
 * readable below `home`. Only Earshot's own files are touched, because `home` may be a folder with other things in
 * it.
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

/** Files with the right mode are left alone: the disk may be read-only. */
function setMode(path: string, mode: number): void {
  if ((lstatSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}
