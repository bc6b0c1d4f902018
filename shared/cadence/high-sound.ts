/**
 * What sounds above 2 kHz, whatever lower sounds do. Voices, music and traffic are mostly lower, so beside them a cricket
 * is as loud here as it was without them, and so is an alarm without a standard's rhythm, because piezo sounders are as
 * high. What clinks or hisses for a moment is ignored.
 */
import { HIGHEST_HZ } from './pitch-range.ts';
import { BIN_HZ, hzAt, PROMINENT, prominenceOf, SAME } from './tone-track.ts';

const FIRST_BIN = Math.ceil(2_000 / BIN_HZ);
const LAST_BIN = Math.ceil(HIGHEST_HZ / BIN_HZ);
/**
 * Two sounds are looked for in the last four seconds: what is heard for a fifth of them, and what is heard for most of
 * them. T3 sounds for three eighths of its cycle (ISO 8201). EN 14604 leaves the rhythm open, so it is assumed that other
 * alarms sound for at least a quarter of the time; a word or a clink is shorter. T4 sounds for less, but its rhythm is
 * recognised by itself.
 */
const NOW_S = 4;
const SHARES = [1 / 5, 3 / 5] as const;
export const HIGH_SOUNDS = SHARES.length;
/** Moments that are up to 6 dB quieter belong to the same sound; what is louder for a moment does not have its pitch. */
const ALIKE_DB = 6;
/**
 * A tone goes on when it was heard for most of the last 20 s, at most 8 dB weaker than it is now. In rooms with echo T3
 * is heard for up to half of the time, crickets beside voices for 70 to 100 % of it. Frames with a weaker tone do not
 * count, because it may be the echo of a beep.
 */
const LONG_S = 20;
const GOES_ON_SHARE = 0.6;
const WEAKER_DB = 8;
const QUIETEST_DB = -120;

export interface HighSound {
  /** Power of the strongest frequency, in dB of the front end's spectrum. */
  db: number;
  /** Its pitch; null when it is no tone, or one that sweeps or warbles. */
  hz: number | null;
  /** Whether a tone of this pitch was heard for most of the last 20 s. */
  goesOn: boolean;
}

/** Whether two pitches differ by less than a semitone. */
export const isSamePitch = (a: number, b: number): boolean => a < b * SAME && b < a * SAME;

export class HighSounds {
  /** The level of each frame's strongest frequency in the last 20 s, and its pitch; 0 Hz when it is no tone. */
  private readonly db: Float32Array;
  private readonly hz: Float32Array;
  private frames = 0;
  /** Buffers that `read` uses again at each call. */
  private readonly sorted: Float32Array;
  private readonly found: Float32Array;

  constructor(frameS: number) {
    this.db = new Float32Array(Math.round(LONG_S / frameS)).fill(QUIETEST_DB);
    this.hz = new Float32Array(this.db.length);
    this.sorted = new Float32Array(Math.round(NOW_S / frameS));
    this.found = new Float32Array(this.sorted.length);
  }

  /** Takes the power spectrum of a frame. */
  push(power: Float32Array): void {
    let peak = FIRST_BIN;
    for (let bin = FIRST_BIN + 1; bin <= LAST_BIN; bin++)
      if ((power[bin] as number) > (power[peak] as number)) peak = bin;
    const strongest = power[peak] as number;
    // On the first bin it may be the edge of a tone below 2 kHz.
    const isTone = peak > FIRST_BIN && prominenceOf(power, peak) >= PROMINENT;
    // Written so that NaN is silence.
    this.keep(
      strongest > 0 ? Math.max(QUIETEST_DB, 10 * Math.log10(strongest)) : QUIETEST_DB,
      isTone ? hzAt(power, peak) : 0,
    );
  }

  /** Call it when frames were skipped because the room was quiet. */
  sleep(frames: number): void {
    for (let n = Math.min(frames, this.db.length); n > 0; n--) this.keep(QUIETEST_DB, 0);
  }

  private keep(db: number, hz: number): void {
    const at = this.frames++ % this.db.length;
    this.db[at] = db;
    this.hz[at] = hz;
  }

  /** What is heard now, the louder one first. They may be the same sound. */
  read(): HighSound[] {
    const { sorted } = this;
    for (let n = 0; n < sorted.length; n++) sorted[n] = this.db[this.indexBefore(n)] as number;
    sorted.sort();
    return SHARES.map((share) => {
      const db = sorted[Math.floor(sorted.length * (1 - share))] as number;
      const hz = this.pitchFrom(db);
      return { db, hz, goesOn: hz !== null && this.shareOf(hz, db) >= GOES_ON_SHARE };
    });
  }

  /** The index of the frame that is `n` frames older than the newest one. */
  private indexBefore(n: number): number {
    return (this.frames + 2 * this.db.length - 1 - n) % this.db.length;
  }

  /** The pitch of the newest frames of about this level; null when fewer than half of them share it. */
  private pitchFrom(db: number): number | null {
    const { found } = this;
    let count = 0;
    for (let n = 0; n < found.length; n++) {
      const at = this.indexBefore(n);
      if ((this.db[at] as number) >= db - ALIKE_DB) found[count++] = this.hz[at] as number;
    }
    const loud = found.subarray(0, count).sort();
    const median = loud[count >> 1] as number;
    let alike = 0;
    for (const hz of loud) if (isSamePitch(hz, median)) alike++;
    return alike * 2 >= count ? median : null;
  }

  /** The share of the last 20 s in which this tone was heard. */
  private shareOf(hz: number, db: number): number {
    let heard = 0;
    for (let at = 0; at < this.db.length; at++)
      if (isSamePitch(this.hz[at] as number, hz) && (this.db[at] as number) >= db - WEAKER_DB) heard++;
    return heard / this.db.length;
  }
}
