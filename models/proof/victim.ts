import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Arming } from './processes/kill-switch.ts';

const ERRORS_KEPT = 4_000;

/** One run of a process that the proof may kill. */
export class Victim {
  /** Resolves with the words after "ready". Fails when the process ends before it has printed "ready". */
  readonly ready: Promise<string>;
  /** Resolves with the signal that ended the process; null when it ended by itself. */
  readonly ended: Promise<NodeJS.Signals | null>;
  readonly lines: string[] = [];
  complaints = '';
  private readonly child: ChildProcess;

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const path = fileURLToPath(new URL(`./processes/${file}.ts`, import.meta.url));
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.stderr?.on(
      'data',
      (part: Buffer) => (this.complaints = (this.complaints + String(part)).slice(-ERRORS_KEPT)),
    );
    this.ended = once(this.child, 'close').then(([, signal]) => signal as NodeJS.Signals | null);
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: this.child.stdout! }).on('line', (line) => {
        this.lines.push(line);
        if (line.startsWith('ready')) resolve(line.slice('ready '.length));
      });
      void this.ended.then((signal) =>
        reject(new Error(`${file} ended (${signal ?? 'by itself'}): ${this.complaints}`)),
      );
    });
    this.ready.catch(() => undefined);
  }

  /** Tells the process when to kill itself. A process that has just ended takes no more messages. */
  arm(arm: Arming): void {
    if (this.child.connected) this.child.send({ arm }, () => undefined);
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): void {
    this.child.kill(signal);
  }
}
