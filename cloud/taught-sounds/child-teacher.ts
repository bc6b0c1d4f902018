import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Learned, LessonRecordings } from '@earshot/shared/contracts/lesson.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Lesson, Teacher } from './teaching.ts';

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

/**
 * Runs `earshot teach-lesson` as a child process, which ends when the signal aborts or this process is killed. The
 * recordings go through a pipe. A file with them would stay on the disk for ever if this process were killed.
 */
export class ChildTeacher implements Teacher {
  private readonly releaseDir: string;
  private readonly priority: number;

  /** `priority`: a test that nothing else waits for may use the normal one. */
  constructor(releaseDir: string, priority: number = PRIORITY) {
    this.releaseDir = releaseDir;
    this.priority = priority;
  }

  async teach({ label, examples, check }: Lesson, signal: AbortSignal): Promise<Learned> {
    const recordings: LessonRecordings = { examples: examples.map(base64), check: check && base64(check) };
    const words = ['teach-lesson', label, '--release', this.releaseDir];
    const limited = AbortSignal.any([signal, AbortSignal.timeout(AT_MOST_MS)]);
    return JSON.parse(await run(words, JSON.stringify(recordings), this.priority, limited)) as Learned;
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function run(args: readonly string[], input: string, priority: number, signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [EARSHOT, ...args], {
    stdio: 'pipe',
    env: { ...process.env, EARSHOT_STARTER: String(process.pid) },
    signal,
    // SIGKILL, because a training has nothing to finish, and on a busy machine it would handle SIGTERM late.
    killSignal: 'SIGKILL',
  });
  if (child.pid !== undefined) setPriority(child.pid, priority);
  // A child that ends before it has read everything breaks the pipe. Its exit status and its errors say why it ended.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [printed, errors] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((resolve, reject) => {
    let failure: Error | null = null;
    child.once('error', (error) => (failure = error));
    // Node emits `error` as soon as the signal aborts, and `close` when the child has ended.
    child.once('close', (status) => (failure ? reject(failure) : resolve(status)));
  });
  if (code !== 0)
    throw new EarshotError('INTERNAL', `earshot teach-lesson ended with ${code}: ${(await errors).slice(-500)}`);
  return printed;
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
