import { existsSync, statfsSync, statSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { asEarshotError, EarshotError } from './errors.ts';

/**
 * Linux's type number of the /proc file system. Nothing can be created there, and Node's recursive `mkdir` would retry
 * for ever.
 */
const PROC = 0x9fa0;

/** Throws an error when the folder cannot be created. `name` is the setting or option that names it. */
export function requireCreatable(name: string, path: string): void {
  const folder = resolve(path);
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  if (statfsSync(there).type === PROC)
    throw new EarshotError('DISK_UNWRITABLE', `${name} is ${folder}, and no folder can be created in ${there}.`);
  if (!statSync(there).isDirectory())
    throw new EarshotError(
      'SETTING_INVALID',
      there === folder
        ? `${name} is ${folder}, which is a file and not a folder.`
        : `${name} is ${folder}, but ${there} is a file and not a folder.`,
    );
}

/**
 * Creates the folder that an option names, and checks that files can be written to it, so that a command fails before
 * it has worked for long.
 */
export async function makeOutputFolder(name: string, folder: string): Promise<void> {
  requireCreatable(name, folder);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', `${name} is ${resolve(folder)}`);
  }
}
