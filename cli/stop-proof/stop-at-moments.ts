import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MARK, markedProcesses } from './marked-processes.ts';

const WATCH = fileURLToPath(new URL('./signal-watch.cjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('../earshot.js', import.meta.url));
/** A process that still runs this long after its parent ended counts as left behind. */
const LEFT_BEHIND_MS = 300;
const GIVE_UP_MS = 20_000;

export type Service = 'device' | 'cloud' | 'worker' | 'start';

const WORDS: Record<Service, string[]> = {
  device: ['device', '--listen', 'alsa:proof'],
  cloud: ['cloud'],
  worker: ['worker'],
  start: ['start', '--port', '0', '--listen', 'alsa:proof'],
};

export interface StopOptions {
  service: Service;
  /** The Node that starts earshot.js. An older Node then starts the project's own Node. */
  node: string;
  signal: 'SIGTERM' | 'SIGKILL';
  /** How long after its start the signal is sent. */
  atMs: number;
  /** EARSHOT_HOME, kept from run to run, so that each start finds the state that the stop before left. */
  home: string;
}

export interface Stop {
  service: Service;
  signal: 'SIGTERM' | 'SIGKILL';
  atMs: number;
  /** Whether the process caught SIGTERM when it ended. False: no code of Earshot had run yet, or lean-start was replacing the process. */
  isCaught: boolean;
  /** Exit status, or the signal that ended the process. */
  end: number | string;
  tookMs: number;
  /** Number of processes that were left behind; the proof then kills them. */
  left: number;
  /** The end of the process's stderr. */
  said: string;
}

/** Starts a service, sends it a signal and reports how it ended. */
export async function stopAt({ service, node, signal, atMs, home }: StopOptions): Promise<Stop> {
  const mark = randomUUID();
  const state = `${home}-${mark}`;
  const child = spawn(node, [ENTRY, ...WORDS[service]], {
    env: { ...(await environmentOf(home)), [MARK]: mark, EARSHOT_STOP_PROOF_STATE: state },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-500)));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  await sleep(atMs);
  const sentAtMs = performance.now();
  child.kill(signal);
  const [status, killedBy] = await Promise.race([ended, sleep(GIVE_UP_MS, [null, 'nothing'] as const, { ref: false })]);
  const tookMs = performance.now() - sentAtMs;
  // When the starter is killed, its child stops as after a SIGTERM.
  let left = await markedProcesses(mark);
  const untilMs = performance.now() + (signal === 'SIGKILL' ? 2_000 : LEFT_BEHIND_MS);
  while (left.length > 0 && performance.now() < untilMs) {
    await sleep(20);
    left = await markedProcesses(mark);
  }
  for (const pid of left) killIfRunning(pid);
  const isCaught = (await lastState(state, child.pid)) === 'catches';
  return { service, signal, atMs, isCaught, end: killedBy ?? status ?? 'nothing', tookMs, left: left.length, said };
}

/** Kills a process that was left behind. It may have ended since it was listed. */
function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The last state that signal-watch.cjs noted for a process. */
async function lastState(file: string, pid: number | undefined): Promise<string | undefined> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  await rm(file, { force: true });
  return lines.findLast((line) => line.startsWith(`${pid} `))?.split(' ')[1];
}

/** What is wrong with a stop; null: nothing. */
export function faultOf({ signal, isCaught, end, tookMs, left }: Stop, withinMs: number): string | null {
  if (end === 'nothing') return `it still ran after ${GIVE_UP_MS / 1_000} s`;
  if (left > 0) return `${left} processes were left behind`;
  if (signal === 'SIGKILL') return null;
  if (tookMs > withinMs) return `it took ${Math.round(tookMs)} ms`;
  if (end === 0 || (end === 'SIGTERM' && !isCaught)) return null;
  return `it ended with ${end}`;
}

async function environmentOf(home: string): Promise<NodeJS.ProcessEnv> {
  // A recorder that never ends by itself: a child that could be left behind.
  const programs = join(home, 'programs');
  await mkdir(programs, { recursive: true });
  const arecord = join(programs, 'arecord');
  await writeFile(arecord, '#!/bin/sh\nwhile :; do head -c 8000 /dev/zero; sleep 0.25; done\n');
  await chmod(arecord, 0o755);
  return {
    ...process.env,
    PATH: `${programs}:${process.env.PATH}`,
    EARSHOT_HOME: home,
    EARSHOT_PORT: '0',
    EARSHOT_LEAN: '',
    NODE_OPTIONS: `--require ${WATCH}`,
  };
}
