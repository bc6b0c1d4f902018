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
  if (lowHz < LOW_BELOW_HZ && highHz > HIGH_ABOVE_HZ) return 'low and high';
  const octaves = Math.log2(highHz / lowHz);
  const isMostly = (fromHz: number, toHz: number): boolean =>
    Math.log2(Math.min(highHz, toHz) / Math.max(lowHz, fromHz)) >= LEAST_SHARE_OF_RANGE * octaves;
  if (isMostly(0, LOW_BELOW_HZ)) return 'low';
  if (isMostly(HIGH_ABOVE_HZ, Infinity)) return 'high';
  return isMostly(LOW_BELOW_HZ, HIGH_ABOVE_HZ) ? 'medium' : 'unclear';
}

/**
 * The alarms' beeps of 0.5 s are measured as 0.4 s to 0.6 s, depending on noise and echo. They are all called "about
 * half a second", so that the same alarm is not described in two ways.
 */
export const isHalfASecond = (seconds: number): boolean => Math.abs(seconds - 0.5) < 0.1;
