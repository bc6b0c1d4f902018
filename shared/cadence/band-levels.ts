/**
 * The level of each mel band over the last 20 s, kept as running sums, so that the mean and the variance of any stretch
 * cost four look-ups. Bands outside the alarms' range of pitch are left out.
 */
import type { FrontEnd } from '../features/front-end.ts';
import { bandCentresHz } from '../features/mel-bank.ts';

/** Alarms were recorded from 430 Hz (a voice alarm's T3) to 3.9 kHz; a margin of 10 % on both sides for their tolerance and the bands' width. */
const LOWEST_HZ = 330;
const HIGHEST_HZ = 4_800;
/** 20.48 s of frames; a power of two, so that an index wraps with a mask. */
const FRAMES = 1_024;
const MASK = FRAMES - 1;
/**
 * Levels more than 15 dB below the band's recent peak count as silence. In a room the echo of a loud beep takes half a
 * second to fade by 60 dB, so on a logarithmic scale that reached down to the noise the pauses would look like sound.
 */
const RANGE_DECADES = 1.5;
/**
 * A louder sound hides quieter beeps in the same band until the remembered peak has decayed. It decays by 15 dB in five
 * seconds, less than two cycles of an alarm.
 */
const PEAK_FALLS_DECADES_PER_S = 0.3;

/** Width of a wide band: two thirds of an octave at 1 kHz, a third at 3 kHz. */
const WIDE_BANDS = 12;
const QUIET_FRAMES = 25;
/** How far single frames of steady noise exceed its mean level. */
const QUIET_SPREAD_DECADES = 0.5;

export class BandLevels {
  /** How many bands are tracked, and which mel band is the first of them. */
  readonly bands: number;
  readonly centresHz: readonly number[];
  /**
   * Bands below this index are narrow, the rest are wide: a tone that sweeps within a beep leaves every narrow band too
   * soon.
   */
  readonly narrowBands: number;
  /**
   * Index of one more band, whose level is that of the loudest narrow band. It shows whether other sounds fill the
   * pauses; no beeps are looked for in it.
   */
  readonly everything: number;
  readonly frameS: number;
  /** Number of frames read so far: frame `frames - 1` is the newest. */
  frames = 0;
  /** Frames before this one are unknown: the stream began, or was cut, here. */
  knownFrom = 0;
  /** Levels of the newest frame: 0 (15 dB or more below the peak) to 1.5 decades. */
  readonly now: Float64Array;
  private readonly first: number;
  /** First narrow band of each wide one. */
  private readonly wide: number[] = [];
  private readonly peaks: Float64Array;
  /** Running sums before each frame: sums[band * FRAMES + (frame & MASK)]. */
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  private readonly sum: Float64Array;
  private readonly square: Float64Array;

  constructor(frontEnd: FrontEnd) {
    const centres = bandCentresHz(frontEnd);
    this.first = centres.findIndex((hz) => hz >= LOWEST_HZ);
    const narrow = centres.filter((hz) => hz >= LOWEST_HZ && hz <= HIGHEST_HZ);
    this.narrowBands = narrow.length;
    for (let from = 0; from + WIDE_BANDS <= narrow.length; from += WIDE_BANDS / 2) this.wide.push(from);
    this.centresHz = [...narrow, ...this.wide.map((from) => narrow[from + WIDE_BANDS / 2] as number)];
    this.bands = this.centresHz.length;
    this.everything = this.bands;
    this.frameS = frontEnd.hopSize / frontEnd.sampleRate;
    const kept = this.bands + 1;
    this.now = new Float64Array(kept);
    this.peaks = new Float64Array(kept).fill(-Infinity);
    this.sums = new Float64Array(kept * FRAMES);
    this.squares = new Float64Array(kept * FRAMES);
    this.sum = new Float64Array(kept);
    this.square = new Float64Array(kept);
  }

  /** One frame of log-mel values, in decades of power. */
  push(mel: Float32Array): void {
    const { now, peaks, sums, squares, sum, square, everything } = this;
    const falls = PEAK_FALLS_DECADES_PER_S * this.frameS;
    const at = this.frames & MASK;
    for (let band = 0, slot = at; band <= everything; band++, slot += FRAMES) {
      const value = this.valueOf(band, mel);
      const peak = Math.max(value, (peaks[band] as number) - falls);
      peaks[band] = peak;
      const level = Math.max(0, value - peak + RANGE_DECADES);
      now[band] = level;
      sums[slot] = sum[band] as number;
      squares[slot] = square[band] as number;
      sum[band] = (sum[band] as number) + level;
      square[band] = (square[band] as number) + level * level;
    }
    this.frames++;
    this.knownFrom = Math.max(this.knownFrom, this.frames - FRAMES + 1);
  }

  /** The level of a wide band is that of its loudest narrow band, so that a tone stands out equally in both. */
  private valueOf(band: number, mel: Float32Array): number {
    const { first, narrowBands, everything } = this;
    if (band < narrowBands) return mel[first + band] as number;
    if (band === everything) return loudest(mel, first, narrowBands);
    return loudest(mel, first + (this.wide[band - narrowBands] as number), WIDE_BANDS);
  }

  /**
   * Accounts for frames that were not computed because the room was quiet: each band keeps the mean level of its last
   * half second.
   */
  sleep(frames: number): void {
    const { sums, squares, sum, square, peaks, everything } = this;
    const before = Math.max(this.knownFrom, this.frames - QUIET_FRAMES);
    const falls = PEAK_FALLS_DECADES_PER_S * this.frameS * frames;
    for (let band = 0; band <= everything; band++) {
      const level = this.frames === before ? 0 : this.total(band, before, this.frames) / (this.frames - before);
      // Frames that are not written here are older than the memory.
      for (let n = Math.max(0, frames - FRAMES); n < frames; n++) {
        const slot = band * FRAMES + ((this.frames + n) & MASK);
        sums[slot] = (sum[band] as number) + n * level;
        squares[slot] = (square[band] as number) + n * level * level;
      }
      sum[band] = (sum[band] as number) + frames * level;
      square[band] = (square[band] as number) + frames * level * level;
      // During a quiet sound the peak decays to the level of that sound, not below it.
      peaks[band] =
        (peaks[band] as number) - Math.min(falls, Math.max(0, RANGE_DECADES - level - QUIET_SPREAD_DECADES));
      this.now[band] = level;
    }
    this.frames += frames;
    this.knownFrom = Math.max(this.knownFrom, this.frames - FRAMES + 1);
  }

  /** Sum of a band's levels over frames `from` up to, not including, `to`. Both must be known. */
  total(band: number, from: number, to: number): number {
    return this.at(this.sums, this.sum, band, to) - this.at(this.sums, this.sum, band, from);
  }

  /** Sum of the squares of a band's levels over the same range. */
  totalOfSquares(band: number, from: number, to: number): number {
    return this.at(this.squares, this.square, band, to) - this.at(this.squares, this.square, band, from);
  }

  private at(kept: Float64Array, newest: Float64Array, band: number, frame: number): number {
    return (frame === this.frames ? newest[band] : kept[band * FRAMES + (frame & MASK)]) as number;
  }
}

function loudest(mel: Float32Array, from: number, count: number): number {
  let value = mel[from] as number;
  for (let band = from + 1; band < from + count; band++) value = Math.max(value, mel[band] as number);
  return value;
}
