import type { Pcm } from './decoders.ts';

export const SAMPLE_RATE = 16_000;

export interface ToMono16k {
  push(pcm: Pcm): Float32Array;
  end(): Float32Array;
}

export function toMono16k(sampleRate: number): ToMono16k {
  if (sampleRate !== SAMPLE_RATE) throw new Error(`rate ${sampleRate} is not there yet`);
  return { push: ({ channels }) => mixDown(channels), end: () => new Float32Array(0) };
}

/** The mean of all channels: an event in one channel of two is 6 dB quieter, and never cancelled as a sum could clip. */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [first] = channels;
  if (!first || channels.length === 1) return first ?? new Float32Array(0);
  const mono = new Float32Array(first.length);
  for (const channel of channels)
    for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] as number) + (channel[i] as number) / channels.length;
  return mono;
}
