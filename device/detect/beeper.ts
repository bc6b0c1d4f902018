import type { Cadence } from '@earshot/shared/contracts/candidate.ts';

/**
 * Smoke alarms, CO alarms and low-battery chirps come from the same piezo: single beeps sound alike, the rhythm tells them apart
 * (ISO 8201: three of 0.5 s is fire; UL 2034: four of 0.1 s is CO; one short beep a minute is a battery).
 */
export const BEEPER_LABELS = ['smoke_alarm', 'co_alarm', 'low_battery_chirp'] as const;
export type BeeperLabel = (typeof BEEPER_LABELS)[number];

export const isBeeper = (label: string): label is BeeperLabel => (BEEPER_LABELS as readonly string[]).includes(label);

/** A whole T4 group lasts 0.7 s; the first look comes when the fifth beep of anything faster would have been heard. */
export const SETTLE_S = 1;

/** From here on the measured times are the pattern's rather than chance. */
const GOOD_FIT = 0.5;

/** What the rhythm alone says; null when it says nothing yet, as of one to three beeps in a short clip. */
export function rhythmSays({ pattern, fit, groups }: Cadence): BeeperLabel | null {
  if (fit < GOOD_FIT) return null;
  switch (pattern) {
    case 't4':
      return groups > 0 ? 'co_alarm' : null;
    case 't3':
    case 'steady':
    case 'fast':
    case 'sweep':
      return 'smoke_alarm';
    default:
      return null;
  }
}

/** A battery's chirp comes from the alarm's own piezo (2.35 to 3.9 kHz were recorded); what rings lower is a plate or a spoon. */
const LOWEST_CHIRP_HZ = 2_300;
/** Chirps last 0.05 to 0.25 s, and a room's echo adds to that. */
const LONGEST_CHIRP_S = 0.45;
/** A low battery chirps once, some units twice, and then is silent for half a minute; what beeps on is something else. */
const MOST_CHIRPS = 2;

function mayBeChirp({ toneHz, onS, beeps, pattern }: Cadence): boolean {
  if (toneHz === null || pattern === 'chirp') return true;
  return toneHz >= LOWEST_CHIRP_HZ && onS <= LONGEST_CHIRP_S && beeps <= MOST_CHIRPS;
}

export interface BeeperScore {
  label: BeeperLabel;
  /** Highest evidence since the sound began. */
  peak: number;
  threshold: number;
  /** The threshold of the most sensitive level: what the label must reach to be told on the rhythm's word. */
  floor: number;
}

/**
 * Which of the labels to tell. The network raises, the rhythm corrects: it may move a candidate from one label to another
 * that the network also thinks possible, but never silence it. Without a clear rhythm every label that crossed is told.
 */
export function tellApart(scores: readonly BeeperScore[], cadence: Cadence): BeeperLabel[] {
  const crossed = scores.filter(
    ({ label, peak, threshold }) => peak >= threshold && (label !== 'low_battery_chirp' || mayBeChirp(cadence)),
  );
  const alarms = crossed.filter(({ label }) => label !== 'low_battery_chirp');
  const rhythm = rhythmSays(cadence);
  const named = scores.find(({ label, peak, floor }) => label === rhythm && peak >= floor);
  if (named && crossed.length > 0) return [named.label];
  // A battery that chirps under an alarm is the lesser news.
  return (alarms.length > 0 ? alarms : crossed).map(({ label }) => label);
}
