import { existsSync, statSync } from 'node:fs';
import { chmod, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { copySqlite } from '@earshot/cloud/store/sqlite-copy.ts';
import { tar } from './tar.ts';

/** The first file of every backup. It marks the archive as Earshot's, so that no other archive is unpacked into a home. */
export const LABEL_FILE = 'earshot-backup.json';
/**
 * Left out: sockets, and the files that SQLite keeps beside the database, because the copy of the database contains
 * their content.
 */
const LEFT_OUT = [
  'cloud.db',
  'cloud.db-wal',
  'cloud.db-shm',
  'device/control.sock',
  // Live sound is kept for a minute only, so it is left out.
  'clips/homes/*/live',
];

/**
 * Writes everything of a home into one file (`-`: to stdout): database, recordings, keys, the device's pairing and its outbox. Earshot may
 * run meanwhile: the database is copied first, so the backup contains every recording that it names, except those deleted meanwhile.
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
  if (target !== null && !relative(home, target).startsWith('..'))
    throw new EarshotError(
      'USAGE',
      `${target} is inside the home, so the backup would be lost together with the home. Name a file outside of it.`,
    );
  if (target !== null && !existsSync(dirname(target)))
    throw new EarshotError('USAGE', `The folder ${dirname(target)} does not exist. Create it first.`);
  if (target !== null && statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new EarshotError(
      'USAGE',
      `${target} is a folder. Name a file in it, for example ${join(target, 'earshot.tar.gz')}.`,
    );
  if (target !== null && existsSync(target) && !force)
    throw new EarshotError('USAGE', `${target} exists already. Choose another name, or replace it with --force.`);
  const work = await mkdtemp(join(target === null ? tmpdir() : dirname(target), '.earshot-backup-'));
  try {
    await copySqlite(database, join(work, 'cloud.db'));
    await writeFile(join(work, LABEL_FILE), JSON.stringify({ earshot: 1, madeAt: new Date().toISOString() }));
    const archive = target === null ? '-' : join(work, 'backup.tar.gz');
    const excludes = LEFT_OUT.map((path) => `--exclude=./${path}`);
    await tar(['-czf', archive, '-C', work, LABEL_FILE, 'cloud.db', ...excludes, '-C', home, '.'], signal);
    if (target !== null) await publish(archive, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function publish(archive: string, target: string): Promise<void> {
  await chmod(archive, 0o600);
  const handle = await open(archive, 'r');
  await handle.sync();
  await handle.close();
  await rename(archive, target);
}
