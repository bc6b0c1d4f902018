import { EarshotError } from '../errors.ts';

/** NaN stops at the door: one that slipped into a carried state would deafen the network for good. */
export function requireFinite(samples: Float32Array): void {
  // x - x is 0 for every finite x and NaN for the others, so one sum tells; it is several times faster than isFinite.
  let doubt = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    doubt += x - x;
  }
  if (doubt === 0) return;
  const at = samples.findIndex((x) => !Number.isFinite(x));
  throw new EarshotError('AUDIO_NOT_FINITE', `Sample ${at} of ${samples.length} is ${samples[at]}.`);
}
