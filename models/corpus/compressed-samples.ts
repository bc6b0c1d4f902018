import type { FileHandle } from 'node:fs/promises';
import { requireFinite } from '@earshot/shared/audio/finite.ts';
import { openDecoder, type Pcm } from './decoders.ts';
import { toMono16k, type ToMono16k } from './mono.ts';
import type { CompressedFormat } from './sniff.ts';

/** Number of bytes that are read at once: thirteen seconds of Opus at 40 kbit/s. */
const CHUNK_BYTES = 1 << 16;

/** Reads a compressed file as 16 kHz mono. `onDecoded` receives the CPU time that decoding took in this thread. */
export async function* compressedSamples(
  file: FileHandle,
  format: CompressedFormat,
  onDecoded: (cpuMs: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Float32Array> {
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = process.threadCpuUsage();
    const result = await work();
    const { user, system } = process.threadCpuUsage(before);
    onDecoded((user + system) / 1_000);
    return result;
  };
  const decoder = await timed(() => openDecoder(format));
  let convert: ToMono16k | undefined;
  const mono = (pcm: Pcm | null): Float32Array => {
    if (pcm === null) return new Float32Array(0);
    for (const samples of pcm.channels) requireFinite(samples);
    convert ??= toMono16k(pcm);
    return convert.push(pcm);
  };
  try {
    for (let at = 0; ;) {
      signal?.throwIfAborted();
      // Use a new buffer each time, because some decoders keep a reference to their input.
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield mono(await timed(() => decoder.push(buffer.subarray(0, bytesRead))));
    }
    yield mono(await timed(() => decoder.end()));
    if (convert) yield convert.end();
  } finally {
    decoder.free();
  }
}
