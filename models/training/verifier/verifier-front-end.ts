import type { FrontEnd } from '@earshot/shared/contracts/release.ts';

/** The hop is 10 ms, so that a T4 beep of 0.1 s has ten frames. It has 80 bands, 1.3 times as many as the device. */
export const VERIFIER_FRONT_END: FrontEnd = {
  kind: 'log-mel',
  sampleRate: 16_000,
  fftSize: 512,
  hopSize: 160,
  melBands: 80,
  lowHz: 60,
  highHz: 8_000,
  floor: 1e-6,
};
