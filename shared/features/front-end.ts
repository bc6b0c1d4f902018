import type { FrontEnd } from '../contracts/release.ts';

export type { FrontEnd } from '../contracts/release.ts';

/**
 * The device's front end: windows of 32 ms, one every 20 ms. A T4 beep is 100 ms long, so steps of 20 ms still show
 * where it begins and ends. Longer steps would not, and shorter steps would only cost CPU time.
 */
export const DEVICE_FRONT_END: FrontEnd = {
  kind: 'log-mel',
  sampleRate: 16_000,
  fftSize: 512,
  hopSize: 320,
  melBands: 64,
  lowHz: 50,
  highHz: 8_000,
  // The power of white noise at -83 dBFS: below the noise of any microphone and above the rounding noise of 16-bit
  // samples. So digital silence and a very quiet room give the same values.
  floor: 1e-6,
};
