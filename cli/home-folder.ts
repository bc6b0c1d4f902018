import { resolve } from 'node:path';
import { requireCreatable } from '@earshot/shared/output-folder.ts';

/** The folder for everything that is kept from run to run. */
export function homeFolder(): string {
  const home = resolve(process.env.EARSHOT_HOME || '.earshot');
  requireCreatable('EARSHOT_HOME', home);
  return home;
}
