import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';

/** Linux's file system of processes: nothing can be created in it, and Node's recursive `mkdir` retries for ever there. */
const PROC = 0x9fa0;

/** The folder for everything that is kept from run to run. */
export function homeFolder(): string {
  const home = resolve(process.env.EARSHOT_HOME || '.earshot');
  let there = home;
  while (!existsSync(there)) there = dirname(there);
  if (statfsSync(there).type === PROC)
    throw new EarshotError(
      'DISK_UNWRITABLE',
      `EARSHOT_HOME is ${home}, and no folder can be created in ${there}; choose another one.`,
    );
  if (!statSync(there).isDirectory())
    throw new EarshotError(
      'SETTING_INVALID',
      there === home
        ? `EARSHOT_HOME is ${home}, which is a file and not a folder.`
        : `EARSHOT_HOME is ${home}, but ${there} is a file and not a folder.`,
    );
  return home;
}
