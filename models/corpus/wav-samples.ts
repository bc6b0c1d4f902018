import { Resampler16k } from '@earshot/shared/audio/resample.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { WavStream } from '@earshot/shared/audio/wav-stream.ts';

/**
 * Size of a read: eight seconds of 16 kHz mono. One read takes as much CPU time as detection in 0.25 s of sound,
 * whatever its size.
 */
const CHUNK_BYTES = 1 << 18;

/** A file handle, or a recording in memory. */
export interface WavSource {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

export const inMemory = (bytes: Uint8Array): WavSource => ({
  read: async (buffer, offset, length, position) => {
    const part = bytes.subarray(position, position + length);
    buffer.set(part, offset);
    return { bytesRead: part.length };
  },
});

/**
 * Reads a WAV file as 16 kHz mono, starting at a whole second. A file that is already 16 kHz mono is neither mixed nor
 * resampled.
 */
export async function* wavSamples(
  file: WavSource,
  fromS: number,
  signal: AbortSignal | undefined,
  onCutOff: (error: EarshotError) => void,
): AsyncGenerator<Float32Array> {
  const wav = new WavStream();
  const buffer = new Uint8Array(CHUNK_BYTES);
  let resampler: Resampler16k | null = null;
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const samples = wav.push(buffer.subarray(0, bytesRead));
    if (!wav.header) continue;
    if (!resampler) {
      resampler = new Resampler16k(wav.header.sampleRate, wav.header.channels);
      if (fromS > 0) {
        at = wav.seekTo(fromS * wav.header.sampleRate);
        continue;
      }
    }
    yield resampler.push(samples);
  }
  wav.end();
  if (resampler) yield resampler.flush();
  const cutOff = wav.cutOff();
  if (cutOff) onCutOff(cutOff);
}
