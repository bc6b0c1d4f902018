import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { isAbort } from '@earshot/shared/lifecycle/pause.ts';
import { keepPrivate } from '@earshot/cloud/keys/private-files.ts';
import { checkSqlite } from '@earshot/cloud/store/sqlite-copy.ts';
import { LABEL_FILE } from './backup.ts';
import { tar } from './tar.ts';

/**
 * Unpacks a backup (`-`: from stdin) into `home`, which must be empty or missing. Moves the database last, because a
 * folder without a database is not a home: an interrupted restore leaves no incomplete home.
 */
export async function restore(home: string, from: string, signal: AbortSignal): Promise<void> {
  if (from !== '-' && !existsSync(from)) throw new EarshotError('FILE_MISSING', from);
  const wasThere = existsSync(home);
  if (wasThere && readdirSync(home).length > 0)
    throw new EarshotError(
      'USAGE',
      `${home} is not empty: stop Earshot and move that folder away first. A restore overwrites nothing.`,
    );
  await mkdir(home, { recursive: true, mode: 0o700 });
  // Unpack inside the home, which may be a mounted volume, so that files are moved within one file system.
  const work = join(home, '.restoring');
  try {
    await mkdir(work);
    await tar(['-xzf', from, '-C', work], signal).catch((thrown: unknown) => {
      if (isAbort(thrown, signal) || (thrown as EarshotError).code !== 'INTERNAL') throw thrown;
      throw new EarshotError('USAGE', `${from} is not a backup of Earshot, or it is damaged.`, { cause: thrown });
    });
    await checkLabel(work, from);
    // The archive's copy of the database is readable by others, and SQLite gives the files beside it the same mode.
    keepPrivate(work, join(work, 'clips'));
    checkSqlite(join(work, 'cloud.db'));
    await rm(join(work, LABEL_FILE));
    const entries = readdirSync(work).filter((name) => name !== 'cloud.db');
    for (const name of [...entries, 'cloud.db']) await rename(join(work, name), join(home, name));
    await rmdir(work);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!wasThere) await rmdir(home).catch(() => undefined);
    throw error;
  }
}

async function checkLabel(folder: string, from: string): Promise<void> {
  const label = await readFile(join(folder, LABEL_FILE), 'utf8').catch(() => null);
  if (label === null || (JSON.parse(label) as { earshot?: number }).earshot !== 1)
    throw new EarshotError('USAGE', `${from} is not a backup of Earshot.`);
}
