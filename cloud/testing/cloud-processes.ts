import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
const LOG_TAIL_CHARS = 6000;

export type Line = { type: string } & Record<string, unknown>;

/** A part of the cloud in a process of its own (cloud-process.ts). */
export class CloudProcess {
  readonly lines: Line[] = [];
  readonly pid: number;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly heard = new EventEmitter<{ line: [Line] }>();
  private readonly exited: Promise<unknown>;
  private log = '';

  constructor(roles: readonly ('api' | 'worker')[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [PROGRAM, roles.join(',')], { env: { ...process.env, ...env } });
    this.pid = this.child.pid ?? 0;
    this.child.stderr.on('data', (part: Buffer) => (this.log = (this.log + part.toString()).slice(-LOG_TAIL_CHARS)));
    createInterface({ input: this.child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      this.lines.push(line);
      this.heard.emit('line', line);
    });
    this.exited = once(this.child, 'exit').then(([code, signal]) => {
      this.heard.emit('line', { type: 'exit', code, signal });
    });
  }

  /** The first line of that type, also when it came earlier. */
  async line(type: string): Promise<Line> {
    const before = this.lines.find((line) => line.type === type);
    if (before) return before;
    return new Promise((resolve, reject) => {
      this.heard.on('line', (line) => {
        if (line.type === type) resolve(line);
        else if (line.type === 'exit') reject(new Error(`it ended before "${type}":\n${this.log}`));
      });
    });
  }

  /** As a power cut. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** As an operator: what is in flight is finished. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.exited;
  }
}
