import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Clock } from '@earshot/shared/clock.ts';
import { Resampler16k } from '@earshot/shared/audio/resample.ts';
import { WavStream } from '@earshot/shared/audio/wav-stream.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { PcmTo16k } from './pcm-to-16k.ts';
import { ffmpegFile, missingTool } from './recorders.ts';
import { SAMPLE_RATE, type AudioBlock, type AudioSource } from './source.ts';

/** Samples per block; a microphone delivers blocks of the same size. */
const BLOCK_SAMPLES = SAMPLE_RATE / 4;
/**
 * Read little at a time: blocks stay in memory until the garbage collector runs, so this keeps memory low even when a
 * day of sound is read at full speed.
 */
const READ_BYTES = 64 * 1024;

/** A recording: played in real time like a microphone, or as fast as it is read. */
export class FileSource implements AudioSource {
  readonly name: string;
  readonly live = false;
  readonly trouble = null;
  cutOff: EarshotError | null = null;
  private readonly path: string;
  private readonly clock: Clock;
  private readonly fast: boolean;

  constructor(path: string, clock: Clock, fast: boolean) {
    this.name = path;
    this.path = path;
    this.clock = clock;
    this.fast = fast;
  }

  restart(): void {
    // Does nothing: restarting a file would not improve its sound.
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    const startMs = this.clock.nowMs();
    let atSample = 0;
    for await (const samples of await this.samples(signal)) {
      for (let from = 0; from < samples.length && !signal.aborted; from += BLOCK_SAMPLES) {
        const block = samples.subarray(from, from + BLOCK_SAMPLES);
        if (!this.fast) await this.waitFor(startMs + ((atSample + block.length) * 1000) / SAMPLE_RATE, signal);
        yield { samples: block, atSample, gapBefore: 0 };
        atSample += block.length;
      }
      if (signal.aborted) return;
    }
    if (atSample === 0) throw new EarshotError('AUDIO_EMPTY', this.path);
  }

  private async samples(signal: AbortSignal): Promise<AsyncIterable<Float32Array>> {
    return (await isWav(this.path))
      ? readWav(this.path, signal, (error) => (this.cutOff = error))
      : readByFfmpeg(this.path, signal);
  }

  private async waitFor(dueMs: number, signal: AbortSignal): Promise<void> {
    const waitMs = dueMs - this.clock.nowMs();
    if (waitMs > 0) await pause(this.clock, waitMs, signal);
  }
}

async function isWav(path: string): Promise<boolean> {
  const file = await open(path).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('FILE_MISSING', path, { cause: thrown });
    throw new EarshotError('AUDIO_UNREADABLE', `${path}: ${(thrown as Error).message}`, { cause: thrown });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 0) throw new EarshotError('AUDIO_EMPTY', path);
    return ['RIFF', 'RF64'].includes(buffer.toString('latin1', 0, bytesRead));
  } catch (thrown) {
    throw asEarshotError(thrown, 'AUDIO_UNREADABLE', path);
  } finally {
    await file.close();
  }
}

async function* readWav(
  path: string,
  signal: AbortSignal,
  onCutOff: (error: EarshotError) => void,
): AsyncGenerator<Float32Array> {
  const wav = new WavStream();
  let resampler: Resampler16k | null = null;
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES, signal }) as AsyncIterable<Buffer>) {
      const samples = wav.push(bytes);
      if (!wav.header || samples.length === 0) continue;
      resampler ??= new Resampler16k(wav.header.sampleRate, wav.header.channels);
      yield resampler.push(samples);
    }
    wav.end();
    if (resampler) yield resampler.flush();
    const cutOff = wav.cutOff();
    if (cutOff) onCutOff(new EarshotError(cutOff.code, `${path}: ${cutOff.detail}`));
  } catch (thrown) {
    if (signal.aborted) return;
    if (thrown instanceof EarshotError)
      throw new EarshotError(thrown.code, `${path}: ${thrown.detail}`, { cause: thrown });
    throw asEarshotError(thrown, 'AUDIO_UNREADABLE', path);
  }
}

async function* readByFfmpeg(path: string, signal: AbortSignal): AsyncGenerator<Float32Array> {
  const { program, args, format } = ffmpegFile(path);
  const pcm = new PcmTo16k(format);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (words: string) => (complaint = (complaint + words).slice(-300)));
  const closed: Promise<unknown[] | Error> = once(child, 'close').catch((thrown: unknown) => thrown as Error);
  try {
    for await (const bytes of child.stdout as AsyncIterable<Buffer>) yield pcm.push(bytes);
    const end = await closed;
    if (signal.aborted) return;
    if (end instanceof Error) throw (end as NodeJS.ErrnoException).code === 'ENOENT' ? missingTool(program) : end;
    if (end[0] !== 0) throw new EarshotError('AUDIO_UNREADABLE', `${path}: ${ffmpegReason(complaint, path)}`);
    yield pcm.flush();
  } catch (thrown) {
    if (!signal.aborted) throw asEarshotError(thrown, 'AUDIO_UNREADABLE', path);
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * The last line of ffmpeg's stderr is the path of the file, then the reason why ffmpeg stopped. The lines above it are
 * details of its decoders.
 */
function ffmpegReason(complaint: string, path: string): string {
  const last = complaint.trim().split('\n').at(-1) ?? '';
  return `ffmpeg says "${last.replace(`file:${path}: `, '')}"`;
}
