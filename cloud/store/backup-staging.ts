import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { asEarshotError } from '@earshot/shared/errors.ts';

/**
 * The folder inside the home's folder in which a backup to stdout is prepared, because a container has no other disk.
 */
export const STAGING_FOLDER = '.backups';
/**
 * Every running backup holds a shared lock on this file. The system releases the lock when the process ends, even when it was killed. So
 * without a lock, all copies in the folder are left over from killed backups.
 */
const LOCK_FILE = 'lock';
/** How long a backup waits while another process removes the copies that killed backups left behind. */
const WAIT_MS = 10_000;

/** Runs `work` with an empty folder inside the home's folder, and removes it with its content afterwards. */
export async function withStaging<T>(home: string, work: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftStaging(home);
  const all = join(home, STAGING_FOLDER);
  await mkdir(all, { recursive: true, mode: 0o700 }).catch(refuse(all));
  const lock = openLock(all, WAIT_MS);
  try {
    // A read transaction holds SQLite's shared lock until it ends.
    lock.exec('begin; select * from sqlite_master');
    const folder = await mkdtemp(join(all, 'backup-')).catch(refuse(all));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } finally {
    lock.close();
  }
}

/** Removes the copies that killed backups left behind. Does nothing while a backup runs. */
export async function removeLeftStaging(home: string): Promise<void> {
  const all = join(home, STAGING_FOLDER);
  if (!existsSync(all)) return;
  const lock = openLock(all, 0);
  try {
    lock.exec('begin exclusive');
    for (const entry of await readdir(all, { withFileTypes: true }))
      if (entry.isDirectory()) await rm(join(all, entry.name), { recursive: true });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw asEarshotError(error, 'DISK_UNWRITABLE', all);
  } finally {
    lock.close();
  }
}

function openLock(folder: string, waitMs: number): Sqlite.Database {
  try {
    return new Sqlite(join(folder, LOCK_FILE), { timeout: waitMs });
  } catch (error) {
    throw asEarshotError(error, 'DISK_UNWRITABLE', folder);
  }
}

const refuse = (folder: string) => (error: unknown) => {
  throw asEarshotError(error, 'DISK_UNWRITABLE', folder);
};
