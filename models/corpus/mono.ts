import { Resampler16k } from '@earshot/shared/audio/resample.ts';
import type { Pcm } from './decoders.ts';

export const SAMPLE_RATE = 16_000;

/** Converts the pieces of one recording, in order, to 16 kHz mono. */
export interface ToMono16k {
  push(pcm: Pcm): Float32Array;
  end(): Float32Array;
}

export function toMono16k({ sampleRate, channels }: Pcm): ToMono16k {
  const resampler = new Resampler16k(sampleRate, channels.length);
  return { push: (pcm) => resampler.push(pcm.channels), end: () => resampler.flush() };
}
