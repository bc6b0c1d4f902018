import { open } from 'node:fs/promises';
import { EarshotError, asEarshotError } from '@earshot/shared/errors.ts';
import { joinSamples } from '@earshot/shared/audio/join-samples.ts';
import { compressedSamples } from './compressed-samples.ts';
import { dropSamples } from './drop-samples.ts';
import { ffmpegSamples } from './ffmpeg.ts';
import { SAMPLE_RATE } from './mono.ts';
import { sniffFormat, type AudioFormat } from './sniff.ts';
import { inMemory, wavSamples } from './wav-samples.ts';

export interface StreamOptions {
  signal?: AbortSignal | undefined;
  /**
   * The whole second at which reading begins. WAV is read only from there; other formats are decoded from their start.
   */
  fromS?: number;
  /**
   * Called for each piece with the CPU time of decoding a compressed format. The CPU time of ffmpeg is not included,
   * because it is another process.
   */
  onDecoded?: ((cpuMs: number) => void) | undefined;
  /** Called after the last piece of a WAV file whose header announces more sound than the file contains. */
  onCutOff?: ((error: EarshotError) => void) | undefined;
}

const HEAD_BYTES = 512;

/**
 * Reads any recording as 16 kHz mono, in pieces of some seconds, so that memory does not grow with the recording. Every
 * failure is an EarshotError that names the file.
 */
export async function* streamAudio(path: string, options: StreamOptions = {}): AsyncGenerator<Float32Array> {
  let samples = 0;
  try {
    for await (const piece of decoded(path, options)) {
      samples += piece.length;
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (error instanceof EarshotError && !error.detail.includes(path))
      throw new EarshotError(error.code, `${path}: ${error.detail}`, { cause: error });
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('FILE_MISSING', path, { cause: error });
    throw asEarshotError(error, 'AUDIO_UNREADABLE', path);
  }
  if (samples === 0) throw new EarshotError('AUDIO_EMPTY', path);
}

/** Reads a whole recording at once. Use it for recordings of a few seconds. */
export async function loadAudio(
  path: string,
  signal?: AbortSignal,
  onCutOff?: StreamOptions['onCutOff'],
): Promise<Float32Array> {
  const pieces: Float32Array[] = [];
  for await (const piece of streamAudio(path, { signal, onCutOff })) pieces.push(piece);
  return joined(pieces);
}

/** Like `loadAudio`, for a WAV file that is in memory. Refuses a recording that is cut off. */
export async function loadWav(bytes: Uint8Array, signal: AbortSignal): Promise<Float32Array> {
  const pieces: Float32Array[] = [];
  const refuse = (error: EarshotError): never => {
    throw error;
  };
  for await (const piece of wavSamples(inMemory(bytes), 0, signal, refuse)) pieces.push(piece);
  return joined(pieces);
}

const joined = (pieces: Float32Array[]): Float32Array =>
  pieces.length === 1 ? (pieces[0] as Float32Array) : joinSamples(pieces);

/** Whether reading can start at a late `fromS` without decoding everything before it. */
export const isEnteredAnywhere = async (path: string): Promise<boolean> => (await formatOf(path)) === 'wav';

async function* decoded(
  path: string,
  { signal, fromS = 0, onDecoded = () => undefined, onCutOff = () => undefined }: StreamOptions,
): AsyncGenerator<Float32Array> {
  const format = await formatOf(path);
  const fromSample = fromS * SAMPLE_RATE;
  if (format === 'other') {
    yield* dropSamples(ffmpegSamples(path, SAMPLE_RATE, signal), fromSample);
    return;
  }
  const file = await open(path, 'r');
  try {
    if (format === 'wav')
      yield* wavSamples(file, fromS, signal, (error) =>
        onCutOff(new EarshotError(error.code, `${path}: ${error.detail}`)),
      );
    else yield* dropSamples(compressedSamples(file, format, onDecoded, signal), fromSample);
  } finally {
    await file.close();
  }
}

async function formatOf(path: string): Promise<AudioFormat> {
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    if (bytesRead === 0) throw new EarshotError('AUDIO_EMPTY', `${path} has 0 bytes.`);
    return sniffFormat(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
