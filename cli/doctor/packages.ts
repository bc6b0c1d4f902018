import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finding, lack, ok } from './finding.ts';

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** `npm ci` leaves 760 MB; without the clean-up of `prepare` it is 1,400 MB. */
const USUAL_MB = 1_000;

/** How much disk the installed packages take. */
export async function checkPackages(folder = NODE_MODULES, usualMb = USUAL_MB): Promise<Finding> {
  const takenMb = Math.round((await bytesBelow(folder)) / 1e6);
  const says = `node_modules takes ${takenMb} MB`;
  if (takenMb <= usualMb) return ok('packages', says);
  return lack('packages', says, '`npm run slim` removes files for other platforms and for debuggers.');
}

/** Counts a file with several hard links once. Does not follow symbolic links (the workspaces). */
async function bytesBelow(folder: string, counted = new Set<number>()): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesBelow(path, counted);
    else if (entry.isFile()) {
      const { size, ino, nlink } = await lstat(path);
      if (nlink > 1 && counted.has(ino)) continue;
      if (nlink > 1) counted.add(ino);
      bytes += size;
    }
  }
  return bytes;
}
