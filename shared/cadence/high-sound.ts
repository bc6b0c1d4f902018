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
 * What counts is heard for a third of the last four seconds. A T3 alarm sounds for three eighths of its cycle of four
 * seconds, alarms of other rhythms for half of the time or more, a word or a clink for less. (T4 is heard for less, too,
 * but has its rhythm.)
 */
const NOW_S = 4;
const NOW_SHARE = 1 / 3;
/** Moments that are up to 6 dB quieter belong to the same sound; what is louder for a moment does not have its pitch. */
const ALIKE_DB = 6;
/** The number of kept frames: 20.48 s. It is a power of two, so that an index wraps with a mask. */
const FRAMES = 1_024;
const MASK = FRAMES - 1;
/**
 * A tone goes on when it was heard for most of the last 20 s, at most 8 dB weaker than it is now. In rooms with echo T3
 * is heard for up to half of the time, crickets beside voices for 70 to 100 % of it. Frames with a weaker tone do not
 * count, because it may be the echo of a beep.
 */
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
  /** The level of each frame's strongest frequency, and its pitch; 0 Hz when it is no tone. */
  private readonly db = new Float32Array(FRAMES).fill(QUIETEST_DB);
  private readonly hz = new Float32Array(FRAMES);
  private frames = 0;
  /** Buffers that `read` uses again at each call. */
  private readonly sorted: Float32Array;
  private readonly found: Float32Array;

  constructor(frameS: number) {
    this.sorted = new Float32Array(Math.round(NOW_S / frameS));
    this.found = new Float32Array(this.sorted.length);
  }

  /** Takes the power spectrum of a frame. */
  push(power: Float32Array): void {
    let peak = FIRST_BIN;
    for (let bin = FIRST_BIN + 1; bin <= LAST_BIN; bin++)
      if ((power[bin] as number) > (power[peak] as number)) peak = bin;
    const at = this.frames & MASK;
    this.db[at] = Math.max(QUIETEST_DB, 10 * Math.log10(power[peak] as number));
    this.hz[at] = prominenceOf(power, peak) >= PROMINENT ? hzAt(power, peak) : 0;
    this.frames++;
  }

  /** Call it when frames were skipped because the room was quiet. */
  sleep(frames: number): void {
    for (let n = Math.max(0, frames - FRAMES); n < frames; n++) {
      const at = (this.frames + n) & MASK;
      this.db[at] = QUIETEST_DB;
      this.hz[at] = 0;
    }
    this.frames += frames;
  }

  read(): HighSound {
    const { sorted } = this;
    for (let n = 0; n < sorted.length; n++) sorted[n] = this.db[(this.frames - 1 - n) & MASK] as number;
    sorted.sort();
    const db = sorted[Math.floor(sorted.length * (1 - NOW_SHARE))] as number;
    const hz = this.pitchFrom(db);
    return { db, hz, goesOn: hz !== null && this.shareOf(hz, db) >= GOES_ON_SHARE };
  }

  /** The pitch of the newest frames that are about as loud or louder; null when fewer than half of them share it. */
  private pitchFrom(db: number): number | null {
    const { found } = this;
    let count = 0;
    for (let n = 0; n < found.length; n++) {
      const at = (this.frames - 1 - n) & MASK;
      if ((this.db[at] as number) >= db - ALIKE_DB) found[count++] = this.hz[at] as number;
    }
    const loud = found.subarray(0, count).sort();
    const median = loud[count >> 1] as number;
    return loud.filter((hz) => isSamePitch(hz, median)).length * 2 >= count ? median : null;
  }

  /** The share of the last 20 s in which this tone was heard. */
  private shareOf(hz: number, db: number): number {
    let heard = 0;
    for (let at = 0; at < FRAMES; at++)
      if (isSamePitch(this.hz[at] as number, hz) && (this.db[at] as number) >= db - WEAKER_DB) heard++;
    return heard / FRAMES;
  }
}
