import type { HeardSound } from '@earshot/shared/contracts/candidate.ts';

/**
 * Below the first frequency people call a sound low, above the second one high: the fundamental of a high voice is at
 * about 500 Hz, the whistle of a kettle at about 2 kHz.
 */
const LOW_BELOW_HZ = 500;
const HIGH_ABOVE_HZ = 2_000;

/** How high a sound is, because most people cannot imagine a frequency. */
export function heightOf({ lowHz, highHz }: Pick<HeardSound, 'lowHz' | 'highHz'>) {
  if (lowHz < LOW_BELOW_HZ && highHz > HIGH_ABOVE_HZ) return 'low and high';
  // A sound is as high as the middle of its range, on the scale of pitch.
  const middleHz = Math.sqrt(lowHz * highHz);
  return middleHz < LOW_BELOW_HZ ? 'low' : middleHz > HIGH_ABOVE_HZ ? 'high' : 'medium';
}

/**
 * The alarms' beeps of 0.5 s are measured as 0.4 s to 0.6 s, depending on noise and echo. They are all called "about
 * half a second", so that the same alarm is not described in two ways.
 */
export const isHalfASecond = (seconds: number): boolean => Math.abs(seconds - 0.5) < 0.1;
