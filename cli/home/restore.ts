import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { checkSqlite } from '@earshot/cloud/store/sqlite-copy.ts';
import { LABEL_FILE } from './backup.ts';
import { tar } from './tar.ts';

/** Unpacks a backup into `home`, which must be empty or missing. It appears there whole or not at all. */
export async function restore(home: string, from: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(from)) throw new EarshotError('USAGE', `There is no file ${from}.`);
  if (existsSync(home) && readdirSync(home).length > 0)
    throw new EarshotError(
      'USAGE',
      `${home} is not empty: stop Earshot and move that folder away first, so that nothing is written over.`,
    );
  const work = await mkdtemp(join(dirname(home), '.earshot-restore-'));
  try {
    await tar(['-xzf', from, '-C', work], signal);
    await checkLabel(work, from);
    checkSqlite(join(work, 'cloud.db'));
    await rm(join(work, LABEL_FILE));
    if (existsSync(home)) await rmdir(home);
    await rename(work, home);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function checkLabel(folder: string, from: string): Promise<void> {
  const label = await readFile(join(folder, LABEL_FILE), 'utf8').catch(() => null);
  if (label === null || (JSON.parse(label) as { earshot?: number }).earshot !== 1)
    throw new EarshotError('USAGE', `${from} is no backup of Earshot.`);
}
