import { EarshotError } from '../errors.ts';

/** 120 dB over full scale is no sound; its power would overflow single precision further on. */
const LARGEST = 1e6;

/** NaN stops at the door: one that slipped into a carried state would deafen the network for good. */
export function requireFinite(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    // Written so that NaN fails it.
    if (!(x < LARGEST && x > -LARGEST))
      throw new EarshotError('AUDIO_NOT_FINITE', `Sample ${i} of ${samples.length} is ${x}.`);
  }
}
