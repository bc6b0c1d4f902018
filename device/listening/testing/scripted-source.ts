import type { AudioBlock, AudioSource } from '../../audio/source.ts';
import { SAMPLE_RATE } from '../../audio/source.ts';

const BLOCK = SAMPLE_RATE / 4;

/** A source that delivers the sound that a test pushes. It runs until the test ends it or the signal aborts. */
export class ScriptedSource implements AudioSource {
  readonly name: string;
  live = true;
  trouble: string | null = null;
  complaint = '';
  restarts = 0;
  private readonly blocks: (AudioBlock | Error)[] = [];
  private at = 0;
  private isOver = false;
  private wake: () => void = () => undefined;

  constructor(name = 'mic') {
    this.name = name;
  }

  restart(): void {
    this.restarts++;
  }

  /** Plays a tone for `seconds` seconds, or faint noise when `hz` is not given. */
  play(seconds: number, hz?: number): this {
    for (let block = 0; block < seconds * 4; block++) {
      const samples = Float32Array.from({ length: BLOCK }, (_, i) =>
        hz === undefined ? 0.001 * Math.sin(i * i) : 0.5 * Math.sin((2 * Math.PI * hz * (this.at + i)) / SAMPLE_RATE),
      );
      this.push({ samples, atSample: this.at, gapBefore: 0 });
      this.at += BLOCK;
    }
    return this;
  }

  /** A gap: the microphone was unplugged for this long before the next sound. */
  gap(seconds: number): this {
    const gapBefore = seconds * SAMPLE_RATE;
    this.at += gapBefore;
    this.push({ samples: new Float32Array(BLOCK), atSample: this.at, gapBefore });
    this.at += BLOCK;
    return this;
  }

  fail(error: Error): this {
    this.push(error);
    return this;
  }

  end(): this {
    this.isOver = true;
    this.wake();
    return this;
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    signal.addEventListener('abort', () => this.wake());
    while (!signal.aborted) {
      const next = this.blocks.shift();
      if (next instanceof Error) throw next;
      if (next) yield next;
      else if (this.isOver) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  push(block: AudioBlock | Error): void {
    this.blocks.push(block);
    this.wake();
  }
}
