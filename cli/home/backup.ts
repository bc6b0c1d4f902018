import { existsSync, realpathSync, statSync } from 'node:fs';
import { chmod, link, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { checkSqlite, copySqlite } from '@earshot/cloud/store/sqlite-copy.ts';
import { syncFolder } from '@earshot/device/disk/atomic-file.ts';
import { copySteadily } from './steady-copy.ts';
import { tar } from './tar.ts';

/** The first file of every backup. It marks the archive as Earshot's, so that no other archive is unpacked into a home. */
export const LABEL_FILE = 'earshot-backup.json';
/** Not copied with the other files: tar reads the recordings, and SQLite's copy of the database contains what lies beside it. */
const COPIED_APART = ['clips', 'cloud.db', 'cloud.db-wal', 'cloud.db-shm'];
/** Live sound is kept for a minute only, and unfinished uploads are not part of the home yet. */
const CLIPS_LEFT_OUT = ['clips/homes/*/live', 'clips/.incoming'];

/**
 * Writes everything of a home into one file (`-`: to stdout): database, recordings, keys, the device's pairing and its outbox. Earshot may
 * run meanwhile. The outbox is copied before the database, so a sound that is delivered meanwhile is in one of them. The recordings are
 * copied after the database, so the backup contains every recording that the database names, except those deleted meanwhile.
 */
export async function backUp(
  home: string,
  to: string,
  signal: AbortSignal,
  { force = false }: { force?: boolean } = {},
): Promise<void> {
  const database = join(home, 'cloud.db');
  if (!existsSync(database))
    throw new EarshotError('USAGE', `${home} has no cloud.db. Set EARSHOT_HOME to the folder of the home to back up.`);
  const target = to === '-' ? null : resolve(to);
  const folder = target === null ? tmpdir() : dirname(target);
  if (!existsSync(folder)) throw new EarshotError('USAGE', `The folder ${folder} does not exist. Create it first.`);
  // Links are followed: otherwise the copy of the home might lie in the home and be copied into itself.
  const fromHome = relative(realpathSync(home), realpathSync(folder));
  if (!fromHome.startsWith('..'))
    throw new EarshotError(
      'USAGE',
      target === null
        ? `The folder for temporary files (${folder}) is inside the home. Set TMPDIR to a folder outside of it.`
        : `${target} is inside the home, so the backup would be lost together with the home. Name a file outside of it.`,
    );
  if (target !== null && statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new EarshotError(
      'USAGE',
      `${target} is a folder. Name a file in it, for example ${join(target, 'earshot.tar.gz')}.`,
    );
  if (target !== null && existsSync(target) && !force) throw existsAlready(target);
  const work = await mkdtemp(join(folder, '.earshot-backup-'));
  try {
    await copySteadily(home, join(work, 'home'), signal, COPIED_APART);
    await copySqlite(database, join(work, 'cloud.db'));
    checkSqlite(join(work, 'cloud.db'));
    await writeFile(join(work, LABEL_FILE), JSON.stringify({ earshot: 1, madeAt: new Date().toISOString() }));
    const archive = target === null ? '-' : join(work, 'backup.tar.gz');
    const clips = existsSync(join(home, 'clips')) ? ['-C', home, 'clips'] : [];
    const excludes = CLIPS_LEFT_OUT.map((path) => `--exclude=${path}`);
    const files = ['-C', work, LABEL_FILE, 'cloud.db', '-C', join(work, 'home'), '.'];
    checkWarnings(await tar(['-czf', archive, ...excludes, ...files, ...clips], signal), home);
    if (target !== null) await publish(archive, target, force);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Recordings are never changed, only added and deleted: tar's warnings about another change mean that the archive is not whole. */
function checkWarnings(warnings: readonly string[], home: string): void {
  for (const line of warnings) {
    const path = /^tar: (.*): (?:file changed as we read it|File shrank by .*)$/.exec(line)?.[1];
    const found = path === undefined ? undefined : statSync(join(home, path), { throwIfNoEntry: false });
    if (found?.isFile()) throw new EarshotError('BACKUP', line);
  }
}

async function publish(archive: string, target: string, force: boolean): Promise<void> {
  await chmod(archive, 0o600);
  const handle = await open(archive, 'r');
  await handle.sync();
  await handle.close();
  if (force) await rename(archive, target);
  else await moveUnlessThere(archive, target);
  await syncFolder(dirname(target));
}

/** Another backup to the same file may have ended meanwhile. A link, other than a rename, replaces nothing. */
async function moveUnlessThere(archive: string, target: string): Promise<void> {
  try {
    await link(archive, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(target)) throw existsAlready(target);
    // Some file systems, for example of USB sticks, have no links.
    await rename(archive, target);
  }
}

const existsAlready = (target: string): EarshotError =>
  new EarshotError('USAGE', `${target} exists already. Choose another name, or replace it with --force.`);
