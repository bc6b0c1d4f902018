import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { EarshotError } from '@earshot/shared/errors.ts';
import { SAMPLE_RATE } from '../../corpus/mono.ts';
import type { Peer } from './peer.ts';

const SCRIPT = fileURLToPath(new URL('yamnet.py', import.meta.url));
/** AudioSet's classes for each label. A label's score is the highest score of its classes. */
const CLASSES: Record<string, readonly number[]> = {
  smoke_alarm: [393],
  glass_break: [435, 437],
  dog_bark: [69, 70],
  baby_cry: [20],
};
const ALL = Object.values(CLASSES).flat();
/** The step from one window to the next: half of a window of 15,600 samples. */
const HOP_S = 7_800 / SAMPLE_RATE;
/** Samples are sent in pieces of ten minutes. No window spans two pieces. */
const PIECE_SAMPLES = 600 * SAMPLE_RATE;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Runs YAMNet, the network that Frigate runs, in TFLite in a Python process. This project contains no copy of YAMNet.
 */
export class Yamnet implements Peer {
  readonly name = 'yamnet';
  readonly about =
    'YAMNet (AudioSet, 521 classes) in TFLite on windows of 0.975 s that overlap by half; each label has the score of its best class.';
  readonly labels = Object.keys(CLASSES);
  private readonly child: Child;
  private unread = Buffer.alloc(0);

  private constructor(child: Child) {
    this.child = child;
  }

  /**
   * EARSHOT_YAMNET is the path of yamnet.tflite or of its folder. EARSHOT_PYTHON is a Python that has the package
   * ai-edge-litert.
   */
  static async open(env: NodeJS.ProcessEnv): Promise<Yamnet> {
    const place = env['EARSHOT_YAMNET'];
    if (!place)
      throw new EarshotError('AUDIO_TOOL_MISSING', '--with yamnet needs EARSHOT_YAMNET, the path of yamnet.tflite.');
    const model = (await isFolder(place)) ? join(place, 'yamnet.tflite') : place;
    const python = env['EARSHOT_PYTHON'] ?? 'python3';
    const child = spawn(python, [SCRIPT, model, ALL.join(',')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const yamnet = new Yamnet(child);
    // Score half a second of silence to find out whether the process works at all.
    await yamnet.windows(new Float32Array(SAMPLE_RATE / 2)).catch((cause: unknown) => {
      throw new EarshotError(
        'AUDIO_TOOL_MISSING',
        `${python} cannot run ${model}; it needs the packages ai-edge-litert and numpy (EARSHOT_PYTHON names another Python).`,
        { cause },
      );
    });
    return yamnet;
  }

  async score(samples: AsyncIterable<Float32Array>, signal?: AbortSignal): Promise<number[][]> {
    const seconds = this.labels.map((): number[] => []);
    let beganS = 0;
    for await (const piece of pieces(samples)) {
      signal?.throwIfAborted();
      this.take(await this.windows(piece), beganS, seconds);
      beganS += piece.length / SAMPLE_RATE;
    }
    return seconds;
  }

  async close(): Promise<void> {
    this.child.stdin.end();
    if (this.child.exitCode === null) await once(this.child, 'exit');
  }

  private take(windows: Float32Array[], beganS: number, seconds: number[][]): void {
    windows.forEach((window, at) => {
      const second = Math.floor(beganS + at * HOP_S);
      this.labels.forEach((label, column) => {
        const list = seconds[column] as number[];
        while (list.length <= second) list.push(0);
        const score = Math.max(...(CLASSES[label] ?? []).map((c) => window[ALL.indexOf(c)] as number));
        list[second] = Math.max(list[second] as number, score);
      });
    });
  }

  private async windows(samples: Float32Array): Promise<Float32Array[]> {
    const head = Buffer.alloc(4);
    head.writeInt32LE(samples.length);
    this.child.stdin.write(head);
    this.child.stdin.write(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    const count = (await this.read(4)).readInt32LE();
    const bytes = Uint8Array.from(await this.read(count * ALL.length * 4));
    return Array.from({ length: count }, (_, at) => new Float32Array(bytes.buffer, at * ALL.length * 4, ALL.length));
  }

  private async read(length: number): Promise<Buffer> {
    while (this.unread.length < length) {
      const gone = new AbortController();
      const ended = () => gone.abort(new Error('the Python process of YAMNet ended'));
      this.child.once('exit', ended);
      this.child.once('error', ended);
      if (this.child.exitCode !== null) ended();
      const [chunk] = (await once(this.child.stdout, 'data', { signal: gone.signal })) as [Buffer];
      this.child.off('exit', ended);
      this.child.off('error', ended);
      this.unread = Buffer.concat([this.unread, chunk]);
    }
    const taken = this.unread.subarray(0, length);
    this.unread = this.unread.subarray(length);
    return taken;
  }
}

async function* pieces(samples: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  let held: Float32Array[] = [];
  let length = 0;
  for await (const piece of samples) {
    held.push(piece);
    length += piece.length;
    if (length < PIECE_SAMPLES) continue;
    yield joined(held, length);
    [held, length] = [[], 0];
  }
  if (length > 0) yield joined(held, length);
}

function joined(pieces: readonly Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
