import { readdir, readFile } from 'node:fs/promises';

/** A process finds its descendants by a variable of the environment, which they inherit whatever group or session they are in. */
export const MARK = 'EARSHOT_STOP_PROOF';

/** Ids of the processes that run with this mark (Linux). */
export async function markedProcesses(mark: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // Ended since it was listed, or somebody else's.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(`${MARK}=${mark}`)) found.push(Number(pid));
  }
  return found;
}
