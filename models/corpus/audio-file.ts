import { open, type FileHandle } from 'node:fs/promises';
import { requireFinite } from '@earshot/shared/audio/finite.ts';
import { EarshotError, asEarshotError } from '@earshot/shared/errors.ts';
import { openDecoder, type Pcm } from './decoders.ts';
import { ffmpegSamples } from './ffmpeg.ts';
import { SAMPLE_RATE, toMono16k, type ToMono16k } from './mono.ts';
import { sniffFormat } from './sniff.ts';
import { openWavDecoder } from './wav-decoder.ts';

const CHUNK_BYTES = 1 << 16;
const HEAD_BYTES = 512;

/**
 * Any recording as 16 kHz mono, in pieces of some seconds: memory does not grow with its length.
 * Every failure is an EarshotError that names the file.
 */
export async function* streamAudio(path: string, signal?: AbortSignal): AsyncGenerator<Float32Array> {
  let samples = 0;
  try {
    for await (const piece of decoded(path, signal)) {
      requireFinite(piece);
      samples += piece.length;
      if (piece.length > 0) yield piece;
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof EarshotError && !error.detail.includes(path))
      throw new EarshotError(error.code, `${path}: ${error.detail}`, { cause: error });
    throw asEarshotError(error, 'AUDIO_UNREADABLE', path);
  }
  if (samples === 0) throw new EarshotError('AUDIO_EMPTY', path);
}

/** A whole recording at once, for sounds of seconds. */
export async function loadAudio(path: string, signal?: AbortSignal): Promise<Float32Array> {
  const pieces: Float32Array[] = [];
  for await (const piece of streamAudio(path, signal)) pieces.push(piece);
  if (pieces.length === 1) return pieces[0] as Float32Array;
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function* decoded(path: string, signal?: AbortSignal): AsyncGenerator<Float32Array> {
  const file = await open(path, 'r');
  let format;
  try {
    const head = new Uint8Array(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    if (bytesRead === 0) throw new EarshotError('AUDIO_EMPTY', `${path} has 0 bytes.`);
    format = sniffFormat(head.subarray(0, bytesRead));
    if (format !== 'other') {
      yield* decodedFrom(file, format, signal);
      return;
    }
  } finally {
    await file.close();
  }
  yield* ffmpegSamples(path, SAMPLE_RATE, signal);
}

async function* decodedFrom(
  file: FileHandle,
  format: Exclude<ReturnType<typeof sniffFormat>, 'other'>,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array> {
  const decoder = format === 'wav' ? openWavDecoder() : await openDecoder(format);
  if (!decoder) throw new Error(`no decoder for ${format}`);
  let convert: ToMono16k | undefined;
  const mono = (pcm: Pcm | null): Float32Array => {
    if (pcm === null) return new Float32Array(0);
    convert ??= toMono16k(pcm);
    return convert.push(pcm);
  };
  try {
    for (let at = 0; ;) {
      signal?.throwIfAborted();
      // A fresh buffer each time: some decoders keep a view of what they were given.
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield mono(await decoder.push(buffer.subarray(0, bytesRead)));
    }
    yield mono(await decoder.end());
    if (convert) yield convert.end();
  } finally {
    decoder.free();
  }
}
