import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { asEarshotError } from '@earshot/shared/errors.ts';

/** Exit status of GNU tar for "some files differ": a file changed or vanished while tar read it. */
const CHANGED = 1;

/** Runs the system's tar, which may read this process's stdin or write its stdout (`-f -`). On failure the error contains tar's message. */
export async function tar(args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    const child = spawn('tar', args, { stdio: ['inherit', 'inherit', 'pipe'], signal });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (words: string) => (complaint = (complaint + words).slice(-500)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0 && code !== CHANGED) throw new Error(complaint.trim() || `tar ended with ${code}`);
  } catch (error) {
    throw asEarshotError(error, 'INTERNAL', 'tar failed');
  }
}
