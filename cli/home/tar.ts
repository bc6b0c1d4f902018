import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { asEarshotError } from '@earshot/shared/errors.ts';

/** Exit status of GNU tar for "some files differ": a file changed or vanished while tar read it. */
const CHANGED = 1;

/** The end of tar's messages is kept: a busy home has a message for each file that vanished. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Runs the system's tar, which may read this process's stdin or write its stdout (`-f -`). On failure the error contains tar's message.
 * Returns tar's warnings about files that changed or vanished meanwhile. They are always in English (LC_ALL=C), so that callers can parse them.
 */
export async function tar(args: readonly string[], signal: AbortSignal): Promise<string[]> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn('tar', args, { stdio: ['inherit', 'inherit', 'pipe'], signal, env });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => (words = (words + more).slice(-MOST_CHARACTERS)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0 && code !== CHANGED) throw new Error(words.slice(-500).trim() || `tar ended with ${code}`);
    return words.split('\n').filter(Boolean);
  } catch (error) {
    throw asEarshotError(error, 'INTERNAL', 'tar failed');
  }
}
