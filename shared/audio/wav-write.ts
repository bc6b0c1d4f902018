import { requireFinite } from './finite.ts';
import { writePlainHeader } from './wav-read.ts';

export interface WavWriteOptions {
  sampleRate?: number;
  /** Bits per sample. 16: integers, clipped at full scale. 32: float. */
  bits?: 16 | 32;
}

/**
 * Writes a WAV file from one array per channel, or from one array for mono. Device and cloud exchange 16 kHz 16-bit
 * mono.
 */
export function writeWav(
  samples: Float32Array | readonly Float32Array[],
  { sampleRate = 16_000, bits = 16 }: WavWriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const channels = samples instanceof Float32Array ? [samples] : samples;
  channels.forEach(requireFinite);
  const frames = Math.min(...channels.map((channel) => channel.length));
  const dataBytes = (frames * channels.length * bits) / 8;
  const view = new DataView(new ArrayBuffer(44 + dataBytes));
  writePlainHeader(
    view,
    { encoding: bits === 32 ? 'float' : 'int', bits, channels: channels.length, sampleRate },
    dataBytes,
  );
  let at = 44;
  for (let frame = 0; frame < frames; frame++) {
    for (const channel of channels) {
      const x = channel[frame] as number;
      if (bits === 32) view.setFloat32(at, x, true);
      else view.setInt16(at, Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768))), true);
      at += bits / 8;
    }
  }
  return new Uint8Array(view.buffer);
}
