import { WavStream } from '@earshot/shared/audio/wav-stream.ts';
import type { Pcm, StreamDecoder } from './decoders.ts';

/** WAV in the shape of the other decoders: samples one array a channel. */
export function openWavDecoder(): StreamDecoder {
  const wav = new WavStream();
  return {
    push: async (bytes) => {
      const samples = wav.push(bytes);
      return wav.header && samples.length > 0 ? split(samples, wav.header.channels, wav.header.sampleRate) : null;
    },
    end: async () => {
      wav.end();
      return null;
    },
    free: () => undefined,
  };
}

function split(samples: Float32Array, channels: number, sampleRate: number): Pcm {
  if (channels === 1) return { channels: [samples], sampleRate };
  const frames = samples.length / channels;
  const planes = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: frames }, (__, frame) => samples[frame * channels + channel] as number),
  );
  return { channels: planes, sampleRate };
}
