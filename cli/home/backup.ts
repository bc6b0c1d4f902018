import { existsSync, realpathSync, statSync } from 'node:fs';
import { chmod, link, mkdtemp, open, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { STAGING_FOLDER, withStaging } from '@earshot/cloud/store/backup-staging.ts';
import { checkSqlite, copySqlite } from '@earshot/cloud/store/sqlite-copy.ts';
import { syncFolder } from '@earshot/device/disk/atomic-file.ts';
import { copySteadily } from './steady-copy.ts';
import { tar } from './tar.ts';

/** The first file of every backup. It marks the archive as Earshot's, so that no other archive is unpacked into a home. */
export const LABEL_FILE = 'earshot-backup.json';
/**
 * Not copied with the other files: tar reads the recordings, and SQLite copies the database together with the two files
 * beside it. The staging folder of a backup to stdout is not part of the home.
 */
const COPIED_APART = ['clips', 'cloud.db', 'cloud.db-wal', 'cloud.db-shm', STAGING_FOLDER];
/** A backup to stdout leaves this much of the home's disk free, because alerts are written to it meanwhile. */
const LEFT_FREE_BYTES = 100e6;
/** Live sound is kept for a minute only, and unfinished uploads are not part of the home yet. */
const CLIPS_LEFT_OUT = ['clips/homes/*/live', 'clips/.incoming'];

/**
 * Writes everything of a home into one file (`-`: to stdout): database, recordings, keys, the device's pairing and its outbox. Earshot may
 * run meanwhile. The outbox is copied before the database, so a sound that is delivered meanwhile is in one of them. The recordings are
 * copied after the database, so the backup contains every recording that the database names, except those deleted meanwhile. What is
 * copied first lies beside the file; for stdout it lies in the home, because the folder for temporary files is often in memory.
 */
export async function backUp(
  home: string,
  to: string,
  signal: AbortSignal,
  { force = false }: { force?: boolean } = {},
): Promise<void> {
  if (!existsSync(join(home, 'cloud.db')))
    throw new EarshotError('USAGE', `${home} has no cloud.db. Set EARSHOT_HOME to the folder of the home to back up.`);
  if (to === '-') {
    await checkSpace(home);
    return withStaging(home, (work) => copyInto(work, home, '-', signal));
  }
  const target = resolve(to);
  const folder = dirname(target);
  if (!existsSync(folder)) throw new EarshotError('USAGE', `The folder ${folder} does not exist. Create it first.`);
  // Links are followed: otherwise the copy of the home might lie in the home and be copied into itself.
  const fromHome = relative(realpathSync(home), realpathSync(folder));
  if (!fromHome.startsWith('..'))
    throw new EarshotError(
      'USAGE',
      `${target} is inside the home, so the backup would be lost together with the home. Name a file outside of it.`,
    );
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new EarshotError(
      'USAGE',
      `${target} is a folder. Name a file in it, for example ${join(target, 'earshot.tar.gz')}.`,
    );
  if (existsSync(target) && !force) throw existsAlready(target);
  const work = await mkdtemp(join(folder, '.earshot-backup-'));
  try {
    const archive = join(work, 'backup.tar.gz');
    await copyInto(work, home, archive, signal);
    await publish(archive, target, force);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Copies what changes into the folder `work`, and writes that and the recordings into the archive (`-`: stdout). */
async function copyInto(work: string, home: string, archive: string, signal: AbortSignal): Promise<void> {
  await copySteadily(home, join(work, 'home'), signal, COPIED_APART);
  await copySqlite(join(home, 'cloud.db'), join(work, 'cloud.db'));
  checkSqlite(join(work, 'cloud.db'));
  await writeFile(join(work, LABEL_FILE), JSON.stringify({ earshot: 1, madeAt: new Date().toISOString() }));
  const clips = existsSync(join(home, 'clips')) ? ['-C', home, 'clips'] : [];
  const excludes = CLIPS_LEFT_OUT.map((path) => `--exclude=${path}`);
  const files = ['-C', work, LABEL_FILE, 'cloud.db', '-C', join(work, 'home'), '.'];
  checkWarnings(await tar(['-czf', archive, ...excludes, ...files, ...clips], signal), home);
}

/** Throws DISK_FULL when the copies would leave too little free space in the home. */
async function checkSpace(home: string): Promise<void> {
  const names = (await readdir(home)).filter((name) => name !== 'clips' && name !== STAGING_FOLDER);
  const sizes = await Promise.all(names.map((name) => bytesIn(join(home, name))));
  const neededBytes = sizes.reduce((sum, bytes) => sum + bytes, LEFT_FREE_BYTES);
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize >= neededBytes) return;
  const [needed, free] = [neededBytes, bavail * bsize].map((bytes) => Math.ceil(bytes / 1e6));
  throw new EarshotError(
    'DISK_FULL',
    `A backup to stdout needs ${needed} MB of free space in ${home}, which has ${free} MB. Write the backup to a file on another disk.`,
  );
}

/** The size of a file or a folder. What vanishes meanwhile has none. */
async function bytesIn(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return info?.size ?? 0;
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map((file) => bytesIn(file)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Recordings are only added and deleted, never changed. So when tar warns that a file was changed, the archive is not
 * complete.
 */
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

/**
 * Another backup to the same file may have ended meanwhile. `link` fails when the file exists; `rename` would replace
 * it.
 */
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
