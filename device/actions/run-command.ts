import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * How long a command may take to end after SIGTERM, before it is killed. The daemon itself must have stopped within two
 * seconds.
 */
const ENDS_WITHIN_MS = 1_000;

export interface CommandRun {
  input?: string;
  environment?: Record<string, string>;
  /** The command is ended when this signal aborts. */
  signal: AbortSignal;
}

/**
 * Runs a line of shell, or a program with its arguments, and waits for its end. Fails with the last line of its stderr, which usually
 * says the reason. An abort ends its whole process group: a siren script that started a player must not leave the player running.
 */
export async function runCommand(
  command: string | readonly string[],
  { input = '', environment = {}, signal }: CommandRun,
): Promise<void> {
  if (signal.aborted) return;
  const [program = '', ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment },
  });
  const kill = (name: 'SIGTERM' | 'SIGKILL') => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Ignore the error: the process has ended already.
    }
  };
  let patience: NodeJS.Timeout | undefined;
  const end = () => {
    kill('SIGTERM');
    patience = setTimeout(() => {
      kill('SIGKILL');
      // Do not wait until stderr is closed: processes that the command left in another process group may keep it open.
      child.stderr.destroy();
    }, ENDS_WITHIN_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (words: string) => (complaint = (complaint + words).slice(-300)));
  // Ignore the error: a command that does not read its stdin closes it early.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
    const lastLine = complaint.trim().split('\n').at(-1);
    if (code !== 0 && !signal.aborted)
      throw new Error(`${killedBy ?? `status ${code}`}${lastLine ? `: ${lastLine}` : ''}`);
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(patience);
  }
}
