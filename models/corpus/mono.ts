import type { Pcm } from './decoders.ts';
import { Resampler } from './resampler.ts';

export const SAMPLE_RATE = 16_000;

/** Pieces of one recording, in order, as 16 kHz mono. */
export interface ToMono16k {
  push(pcm: Pcm): Float32Array;
  end(): Float32Array;
}

export function toMono16k(sampleRate: number): ToMono16k {
  if (sampleRate === SAMPLE_RATE) return { push: ({ channels }) => mixDown(channels), end: () => new Float32Array(0) };
  const resampler = new Resampler(sampleRate, SAMPLE_RATE);
  return { push: ({ channels }) => resampler.push(mixDown(channels)), end: () => resampler.end() };
}

/** The mean of all channels: an event in one channel of two is 6 dB quieter, and a sum could clip. */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [first] = channels;
  if (!first || channels.length === 1) return first ?? new Float32Array(0);
  const mono = new Float32Array(first.length);
  const share = 1 / channels.length;
  for (const channel of channels) {
    for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] as number) + share * (channel[i] as number);
  }
  return mono;
}
