import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Learned, Lesson, Teacher } from './teaching.ts';

const EARSHOT = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));
/**
 * The time limit of a training. A training takes half a minute on one idle CPU core, and ten times as long beside a
 * program that uses the whole core, because of its low priority.
 */
const AT_MOST_MS = 30 * 60_000;
/**
 * Alerts and the API, whose priority is normal, hardly wait for a training. With the lowest priority a training gets 1.5 %
 * of a busy core and takes longer than half an hour.
 */
const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

/** Runs `earshot teach` as a child process, which ends when the signal aborts or this process is killed. */
export class ChildTeacher implements Teacher {
  private readonly releaseDir: string;
  private readonly priority: number;

  /** `priority`: a test that nothing else waits for may use the normal one. */
  constructor(releaseDir: string, priority: number = PRIORITY) {
    this.releaseDir = releaseDir;
    this.priority = priority;
  }

  async teach({ label, name, examples, check }: Lesson, signal: AbortSignal): Promise<Learned> {
    const work = await mkdtemp(join(tmpdir(), 'earshot-teach-'));
    try {
      const folder = join(work, 'examples');
      await mkdir(folder);
      for (const [n, bytes] of examples.entries()) await writeFile(join(folder, `${n + 1}.wav`), bytes);
      const [out, checkFile] = [join(work, 'taught.json'), join(work, 'check.wav')];
      if (check) await writeFile(checkFile, check);
      const given = ['--label', label, '--examples', folder, '--release', this.releaseDir, '--out', out];
      // The name comes after `--`, because it may begin with a dash.
      const words = ['teach', ...given, ...(check ? ['--check', checkFile] : []), '--', name];
      const printed = await run(words, this.priority, AbortSignal.any([signal, AbortSignal.timeout(AT_MOST_MS)]));
      const checkFound = check ? printed.includes('the check recording was recognised') : null;
      return { file: await readFile(out, 'utf8'), checkFound };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

async function run(args: readonly string[], priority: number, signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [EARSHOT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, EARSHOT_STARTER: String(process.pid) },
    signal,
    // SIGKILL, because a training has nothing to finish, and on a busy machine it would handle SIGTERM late.
    killSignal: 'SIGKILL',
  });
  if (child.pid !== undefined) setPriority(child.pid, priority);
  const [printed, errors] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((resolve, reject) => {
    let failure: Error | null = null;
    child.once('error', (error) => (failure = error));
    // Node emits `error` as soon as the signal aborts, and `close` when the child has ended.
    child.once('close', (status) => (failure ? reject(failure) : resolve(status)));
  });
  if (code !== 0) throw new EarshotError('INTERNAL', `earshot teach ended with ${code}: ${(await errors).slice(-500)}`);
  return printed;
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
