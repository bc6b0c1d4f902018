import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const EARSHOT = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));
/** This script runs the command, and stops it when our process ends for any reason, even a crash. */
const SUPERVISOR = fileURLToPath(new URL('../../shared/testing/servers/supervise.sh', import.meta.url));
const LOG_TAIL_CHARS = 4000;

/** `earshot cloud --no-worker` or `earshot worker` in its own process, as in production. */
export class CloudPart {
  readonly started: Promise<{ url: string; pid: number }>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly exited: Promise<unknown>;
  private log = '';

  constructor(command: string[], env: NodeJS.ProcessEnv) {
    const program = [SUPERVISOR, 'TERM', '-', process.execPath, EARSHOT, ...command];
    this.child = spawn('/bin/sh', program, { env: { ...process.env, ...env } });
    this.exited = once(this.child, 'exit');
    this.child.stderr.on('data', (part: Buffer) => this.keep(part.toString()));
    this.started = new Promise((resolve, reject) => {
      createInterface({ input: this.child.stdout }).on('line', (text) => {
        const line = JSON.parse(text) as { level: number; msg: string; pid: number; listen?: string };
        if (line.msg === 'started') resolve({ url: line.listen ?? '', pid: line.pid });
        if (line.level >= 40) this.keep(`${text}\n`);
      });
      void this.exited.then(() => reject(new Error(`earshot ${command.join(' ')} ended:\n${this.log}`)));
    });
    this.started.catch(() => undefined);
  }

  /** What the process wrote to stderr. */
  get complaints(): string {
    return this.log;
  }

  async stop(): Promise<void> {
    this.child.stdin.destroy();
    await this.exited;
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }

  private keep(text: string): void {
    this.log = (this.log + text).slice(-LOG_TAIL_CHARS);
  }
}
