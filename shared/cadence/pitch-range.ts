/**
 * The range of pitch in which rhythms and tones are searched. Alarms were recorded from 430 Hz (a voice alarm's T3) to
 * 3.9 kHz. Margins on both sides cover the tolerance of alarms (10 %) and the width of the bands, and above also beeps
 * that sweep, or have a second tone, up to 1.3 times as high: when the range ended at 4.8 kHz, a loud T3 that swept from
 * 4.0 to 5.8 kHz was never read.
 */
export const LOWEST_HZ = 330;
export const HIGHEST_HZ = 6_000;
