import type { Readable } from 'node:stream';
import { EarshotError } from '@earshot/shared/errors.ts';
import { PcmTo16k, type PcmFormat } from './pcm-to-16k.ts';
import type { AudioBlock, AudioSource } from './source.ts';

/** Raw 16-bit PCM from a pipe. It ends when the pipe ends: the program that feeds the pipe is not restarted. */
export class StreamSource implements AudioSource {
  readonly name: string;
  readonly live: boolean;
  trouble: string | null = null;
  private readonly stream: Readable;
  private readonly format: PcmFormat;

  /** `live`: the other end sends in real time, as a microphone does, so missing sound is a fault. */
  constructor(name: string, stream: Readable, format: PcmFormat, live: boolean) {
    this.name = name;
    this.stream = stream;
    this.format = format;
    this.live = live;
  }

  restart(): void {
    // Does nothing: a pipe cannot be reopened.
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    if (signal.aborted) return;
    const pcm = new PcmTo16k(this.format);
    const stop = () => this.stream.destroy();
    signal.addEventListener('abort', stop, { once: true });
    let atSample = 0;
    try {
      for await (const bytes of this.stream as AsyncIterable<Buffer>) {
        const samples = pcm.push(bytes);
        if (samples.length === 0) continue;
        yield { samples, atSample, gapBefore: 0 };
        atSample += samples.length;
      }
      const rest = pcm.flush();
      if (rest.length > 0) yield { samples: rest, atSample, gapBefore: 0 };
      if (atSample + rest.length === 0 && !signal.aborted) throw new EarshotError('AUDIO_EMPTY', `${this.name}.`);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
