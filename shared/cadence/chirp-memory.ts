/**
 * Remembers the short lone tones of the last minutes. A low battery chirps once every half minute to minute, with
 * silence between the chirps.
 */
import { mean, median } from './averages.ts';
import type { SteadyTone } from './steady-tone.ts';
import { TOLERANCE } from './templates.ts';

/** The longest chirp. Recorded chirps last 0.05 to 0.25 s, and a room's echo makes them longer. */
const LONGEST_CHIRP_S = 0.45;
const SHORTEST_CHIRP_S = 0.04;
/**
 * The time from one chirp to the next, in seconds. UL 217 and EN 14604 require a chirp at least once a minute; no
 * recorded alarm unit chirps more often than every 30 s.
 */
const PERIOD_S = [30 * (1 - TOLERANCE), 60 * (1 + TOLERANCE)] as const;
/** A tone with another tone within this many seconds is not a lone chirp. */
const ALONE_S = 6;
/** Only clear tones are remembered: otherwise the tones of a television would fill the memory. */
const CLEAR_DB = 13;
const STEADY_HZ = 30;
const MEMORY_S = 250;
const MOST_REMEMBERED = 48;

const lengthS = ({ startS, endS }: SteadyTone): number => endS - startS;

export interface Chirp {
  /** The fit: 0.25 for one lone chirp, 0.75 for two at the right distance, 1 for more. */
  fit: number;
  beeps: number;
  toneHz: number;
  onS: number;
  periodS: number | null;
  sinceS: number;
  lastS: number;
}

export class ChirpMemory {
  private remembered: SteadyTone[] = [];

  add(beep: SteadyTone): void {
    const length = lengthS(beep);
    if (length < SHORTEST_CHIRP_S || beep.prominenceDb < CLEAR_DB || beep.wanderHz > STEADY_HZ) return;
    this.remembered = this.remembered.filter((old) => beep.endS - old.endS < MEMORY_S).slice(1 - MOST_REMEMBERED);
    this.remembered.push(beep);
  }

  read(nowS: number): Chirp | null {
    const newest = this.remembered.at(-1);
    // Report a chirp only after one second of silence: a second beep within that time would show that it is not a lone
    // chirp.
    if (!newest || lengthS(newest) > LONGEST_CHIRP_S || nowS - newest.endS < 1) return null;
    const isAlone = (beep: SteadyTone): boolean =>
      this.remembered.every((other) => other === beep || Math.abs(other.startS - beep.startS) > ALONE_S);
    const alike = this.remembered.filter(
      (beep) => lengthS(beep) <= LONGEST_CHIRP_S && Math.abs(beep.hz - newest.hz) < 0.02 * newest.hz && isAlone(beep),
    );
    if (alike.at(-1) !== newest) return null;
    const distances = alike.slice(1).map((beep, i) => beep.startS - (alike[i] as SteadyTone).startS);
    const regular = distances.filter((distance) => distance >= PERIOD_S[0] && distance <= PERIOD_S[1]);
    const periodS = regular.length === 0 ? null : median(regular);
    const spread = periodS === null ? 0 : mean(regular.map((distance) => Math.abs(distance / periodS - 1)));
    return {
      fit: ([0.25, 0.75][regular.length] ?? 1) * Math.max(0, 1 - spread / (2.5 * TOLERANCE)),
      beeps: alike.length,
      toneHz: median(alike.map(({ hz }) => hz)),
      onS: median(alike.map(lengthS)),
      periodS,
      sinceS: (alike[0] as SteadyTone).startS,
      lastS: newest.endS,
    };
  }
}
