import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('yamnet.py', import.meta.url));
const VENV = fileURLToPath(new URL('../../../.cache/bench/python', import.meta.url));

/**
 * YAMNet in TFLite, in a process of its own. It measures one round after each round of Earshot's, so that both are
 * measured with the machine in the same state.
 */
export class Yamnet {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.child = child;
    this.reader = createInterface(child.stdout);
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** `path` is yamnet.tflite. The first run installs the TFLite interpreter from PyPI into .cache/bench. */
  static async open(path: string): Promise<Yamnet> {
    const child = spawn(python(), [SCRIPT, path], { stdio: ['pipe', 'pipe', 'ignore'] });
    const yamnet = new Yamnet(child);
    await yamnet.line();
    return yamnet;
  }

  /** Runs one round. Returns its CPU milliseconds per second of audio. */
  async round(): Promise<number> {
    this.child.stdin.write('\n');
    return Number(await this.line());
  }

  get pid(): number {
    return this.child.pid!;
  }

  close(): void {
    this.reader.close();
    this.child.kill();
  }

  private async line(): Promise<string> {
    const next = (await this.lines.next()) as IteratorResult<string, undefined>;
    if (next.done)
      throw new Error('The YAMNet process has ended: check that the TFLite interpreter runs on this machine.');
    return next.value;
  }
}

function python(): string {
  if (process.env.EARSHOT_PYTHON) return process.env.EARSHOT_PYTHON;
  const own = join(VENV, 'bin', 'python');
  if (!existsSync(own)) {
    process.stderr.write('installing ai-edge-litert from PyPI into .cache/bench/python (only in the first run)\n');
    execFileSync('python3', ['-m', 'venv', VENV]);
    execFileSync(own, ['-m', 'pip', '-q', 'install', 'ai-edge-litert==2.*', 'numpy'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return own;
}
