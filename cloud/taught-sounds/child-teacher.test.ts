import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { EXAMPLES_NEEDED } from '@earshot/shared/contracts/taught-sounds.ts';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { doorbell, recordingOf } from '@earshot/shared/testing/doorbell.ts';
import { until } from '../testing/until.ts';
import { ChildTeacher } from './child-teacher.ts';

const RELEASE = fileURLToPath(new URL('../../models/release', import.meta.url));
const TEACH_PROCESS = fileURLToPath(new URL('../testing/teach-process.ts', import.meta.url));
/** Far longer than `earshot teach-lesson` needs to start, also on a busy machine. */
const STARTS_WITHIN_MS = 200_000;
/** A process that has lost its starter ends within 0.3 s on an idle machine. The training of teach-process.ts takes minutes. */
const ENDS_WITHIN_MS = 30_000;
/** By then `earshot teach-lesson` is loaded, which takes two seconds of CPU time, and renders the examples, which takes minutes. */
const RENDERS_AFTER_S = 5;
/** The unit of times in /proc (proc(5)); 100 on every usual Linux. */
const TICKS_PER_S = 100;

/** The label of the sound, which is an argument of the training process. */
let label: string;
/** The folder for temporary files of `starter`. */
let temporary: string;
let starter: ChildProcess | undefined;
/** Processes of the training (Linux). */
async function trainings(): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    // The process ended after it was listed, or belongs to another user.
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (Number(pid) !== starter?.pid && words.includes(label)) found.push(Number(pid));
  }
  return found;
}
async function begun(): Promise<number> {
  const pids: number[] = [];
  await until('the training has begun', async () => pids.push(...(await trainings())) > 0, STARTS_WITHIN_MS);
  return pids[0] as number;
}
/** CPU time that a process has used, in seconds. */
async function cpuSeconds(pid: number): Promise<number> {
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / TICKS_PER_S;
}

beforeEach(async () => {
  starter = undefined;
  label = `taught_security_${randomBytes(8).toString('hex')}_0001`;
  temporary = await mkdtemp(join(tmpdir(), 'earshot-child-teacher-'));
});
afterEach(async () => {
  starter?.kill('SIGKILL');
  for (const pid of await trainings()) process.kill(pid, 'SIGKILL');
  await rm(temporary, { recursive: true });
});

const onLinux = process.platform === 'linux' ? undefined : 'the tests read /proc, which only Linux has';

describeUnless(onLinux, 'the process that trains a taught sound', () => {
  test('has ended when its abort is reported, even if it does not handle signals', async () => {
    const stop = new AbortController();
    const teacher = new ChildTeacher(RELEASE, constants.priority.PRIORITY_NORMAL);
    // Enough examples for a training, so that the process does not end before it is stopped.
    const examples = Array.from({ length: EXAMPLES_NEEDED }, (_, n) => writeWav(recordingOf(doorbell(), n)));
    const lesson = { label, examples, check: null };
    const teaching = expect(teacher.teach(lesson, stop.signal)).rejects.toThrow('aborted');
    // A stopped process handles no signal, like one whose only thread is busy.
    process.kill(await begun(), 'SIGSTOP');
    stop.abort();
    await teaching;
    expect(await trainings()).toEqual([]);
  });

  test('ends when the process that started it is killed, and leaves no recordings in any file', async () => {
    const env = { ...process.env, TMPDIR: temporary };
    starter = spawn(process.execPath, [TEACH_PROCESS, RELEASE, label], { stdio: 'inherit', env });
    const pid = await begun();
    // A process that prints ends anyway when nobody reads its output. While it renders the examples, it prints nothing.
    await until('the training renders', async () => (await cpuSeconds(pid)) > RENDERS_AFTER_S, STARTS_WITHIN_MS);
    starter.kill('SIGKILL');
    await until('the training has ended', async () => (await trainings()).length === 0, ENDS_WITHIN_MS);
    expect(await readdir(temporary, { recursive: true })).toEqual([]);
  }, 300_000);
});
