import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import type { Fate } from './persistence.ts';

/**
 * Smoke alarms, CO alarms and low-battery chirps come from the same piezo: single beeps sound alike, the rhythm tells them apart
 * (ISO 8201: three of 0.5 s is fire; UL 2034: four of 0.1 s is CO; one short beep a minute is a battery).
 */
export const BEEPER_LABELS = ['smoke_alarm', 'co_alarm', 'low_battery_chirp'] as const;
export type BeeperLabel = (typeof BEEPER_LABELS)[number];

export const isBeeper = (label: string): label is BeeperLabel => (BEEPER_LABELS as readonly string[]).includes(label);

/** From here on the measured times are the pattern's rather than chance. Four short beeps and a long pause are so by chance less often. */
const GOOD_FIT = 0.5;
const GOOD_FIT_OF_T4 = 0.35;

/** What the rhythm alone says; null when it says nothing yet, as of one to three beeps in a short clip. */
export function rhythmSays({ pattern, fit, groups }: Cadence): BeeperLabel | null {
  if (fit < (pattern === 't4' ? GOOD_FIT_OF_T4 : GOOD_FIT)) return null;
  switch (pattern) {
    case 't4':
      return groups > 0 ? 'co_alarm' : null;
    case 't3':
    case 'steady':
    case 'fast':
    case 'sweep':
      return 'smoke_alarm';
    case 'chirp':
      // One lone beep may be anything's; one that comes back after half a minute is a battery's.
      return groups > 1 ? 'low_battery_chirp' : null;
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

/** Four beeps of T4 and the pauses between them take 0.7 s, 10 % more at most; a hard room makes one of them, and adds its echo. */
const LONGEST_T4_S = 0.95;

/** One long tone is no group of four short ones. If it is one after all, the next group comes in five seconds and says so. */
const mayBeT4 = ({ beeps, onS, pattern }: Cadence): boolean => pattern !== 'none' || beeps !== 1 || onS <= LONGEST_T4_S;

/** 0.1 s, 10 % more, and a room's echo. */
const LONGEST_T4_BEEP_S = 0.3;

/** One group, as it sounds once a minute: four short beeps, or what the room or the noise leaves of them. */
export function mayBeT4Group(cadence: Cadence): boolean {
  if (cadence.pattern !== 'none' && cadence.pattern !== 'chirp') return rhythmSays(cadence) === 'co_alarm';
  return mayBeT4(cadence) && (cadence.beeps <= 1 || cadence.onS <= LONGEST_T4_BEEP_S);
}

export interface BeeperScore {
  label: BeeperLabel;
  /** Highest evidence since the sound began. */
  peak: number;
  /** For how long it was there until now, and how long it must have been. */
  heardS: number;
  lastsS: number;
  /** Of an alarm: whether it goes on. */
  fate: Fate;
  /** What it takes by itself, and what is enough when the rhythm says the same. */
  threshold: number;
  suspicion: number;
}

/** How sure it was, and for how long: an alarm that beeps on outweighs the battery that its first beep sounds like. */
const weight = ({ peak, heardS }: BeeperScore): number => peak * heardS;

/**
 * Which label to tell, if any. The rhythm decides between labels that the network thinks possible, and where it names one, less
 * evidence is enough. Without a clear rhythm the weightiest head speaks for all: one sound is one thing. An alarm that was heard for
 * a moment only is none; if it looks like a battery's chirp and the chirp's head suspects as much, it is that. Null as well while an
 * alarm has yet to show that it goes on; of one that did not, nothing is left.
 */
export function tellApart(scores: readonly BeeperScore[], cadence: Cadence): BeeperLabel | null {
  const rhythm = rhythmSays(cadence);
  const named = scores.find(({ label, peak, suspicion }) => label === rhythm && peak >= suspicion);
  if (named?.label === 'low_battery_chirp') return named.label;
  if (named && named.fate !== 'over') return named.fate === 'goes on' ? named.label : null;
  const isAlarm = ({ label }: BeeperScore): boolean => label !== 'low_battery_chirp';
  const crossed = scores.filter(({ peak, threshold }) => peak >= threshold);
  const lasting = crossed.filter((score) => score.heardS >= score.lastsS);
  const surest = lasting
    .filter((score) => isAlarm(score) && score.fate !== 'over' && (score.label !== 'co_alarm' || mayBeT4(cadence)))
    .reduce<BeeperScore | null>((a, b) => (a && weight(a) >= weight(b) ? a : b), null);
  const chirp = scores.find((score) => !isAlarm(score) && score.heardS >= score.lastsS && mayBeChirp(cadence));
  const isBrief = crossed.some((score) => isAlarm(score) && !lasting.includes(score)) && !surest;
  if (chirp && chirp.peak >= (isBrief ? chirp.suspicion : chirp.threshold)) {
    if (!surest || weight(chirp) >= weight(surest)) return chirp.label;
  }
  return surest?.fate === 'goes on' ? surest.label : null;
}
