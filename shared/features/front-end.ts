import type { FrontEnd } from '../contracts/release.ts';

export type { FrontEnd } from '../contracts/release.ts';

/**
 * The device's front end: 32 ms windows every 20 ms. A T4 beep is 100 ms long, so a hop of 20 ms still shows its
 * edges; a longer hop would not, a shorter one only costs CPU.
 */
export const DEVICE_FRONT_END: FrontEnd = {
  kind: 'log-mel',
  sampleRate: 16_000,
  fftSize: 512,
  hopSize: 320,
  melBands: 64,
  lowHz: 50,
  highHz: 8_000,
  // White noise at -83 dBFS: below the own noise of any microphone, above the rounding noise of 16-bit samples,
  // so digital silence and a very quiet room look alike.
  floor: 1e-6,
};
