import type { HeardSound } from '@earshot/shared/contracts/candidate.ts';

/**
 * Below the first frequency people call a sound low, above the second one high: the fundamental of a high voice is at
 * about 500 Hz, the whistle of a kettle at about 2 kHz.
 */
const LOW_BELOW_HZ = 500;
const HIGH_ABOVE_HZ = 2_000;

/** A sound is called low, high, or neither when at least this share of its range is, on the scale of pitch. */
const LEAST_SHARE_OF_RANGE = 3 / 4;

/** How high a sound is, because most people cannot imagine a frequency; 'unclear': no such word fits most of its range. */
export function heightOf({ lowHz, highHz }: Pick<HeardSound, 'lowHz' | 'highHz'>) {
  const octaves = Math.log2(highHz / lowHz);
  const isMostly = (fromHz: number, toHz: number): boolean =>
    Math.log2(Math.min(highHz, toHz) / Math.max(lowHz, fromHz)) >= LEAST_SHARE_OF_RANGE * octaves;
  if (isMostly(0, LOW_BELOW_HZ)) return 'low';
  if (isMostly(HIGH_ABOVE_HZ, Infinity)) return 'high';
  if (isMostly(LOW_BELOW_HZ, HIGH_ABOVE_HZ)) return 'medium';
  return lowHz < LOW_BELOW_HZ && highHz > HIGH_ABOVE_HZ ? 'low and high' : 'unclear';
}

/** Below 1 kHz with two decimals: 0.6 kHz would be a tenth off the 0.55 kHz that a person sees on the spectrogram. */
export const kHz = (hz: number, number: (value: number, digits: number) => string): string =>
  `${number(hz / 1000, hz < 995 ? 2 : 1)} kHz`;

/**
 * The alarms' beeps of 0.5 s are measured as 0.4 s to 0.6 s, depending on noise and echo. They are all called "about
 * half a second", so that the same alarm is not described in two ways.
 */
export const isHalfASecond = (seconds: number): boolean => Math.abs(seconds - 0.5) < 0.1;
