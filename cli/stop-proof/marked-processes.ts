import { readdir, readFile } from 'node:fs/promises';

/** Environment variable that marks a process and all its descendants: children inherit it in any process group or session. */
export const MARK = 'EARSHOT_STOP_PROOF';

/** Ids of the processes that run with this mark (Linux). */
export async function markedProcesses(mark: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // The process ended after it was listed, or belongs to another user.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(`${MARK}=${mark}`)) found.push(Number(pid));
  }
  return found;
}
