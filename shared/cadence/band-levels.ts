/**
 * The level of each mel band over the last 20 s, kept as running sums, so that the mean and the variance over any range
 * of frames cost four look-ups. Bands outside the alarms' range of pitch are left out.
 */
import type { FrontEnd } from '../features/front-end.ts';
import { bandCentresHz } from '../features/mel-bank.ts';
import { BandKernel } from './band-kernel.ts';
import { HIGHEST_HZ, LOWEST_HZ } from './pitch-range.ts';

/** The number of kept frames: 20.48 s. It is a power of two, so that an index wraps with a mask. */
const FRAMES = 1_024;
const MASK = FRAMES - 1;
/**
 * Levels more than 15 dB below the band's recent peak count as silence. In a room the echo of a loud beep takes half a
 * second to fade by 60 dB. Without this limit, the logarithm would make an echo in the pauses look like sound.
 */
export const RANGE_DECADES = 1.5;
/**
 * How fast the remembered peak decays: 15 dB in five seconds, which is less than two cycles of an alarm. Until then a
 * louder sound hides quieter beeps in the same band.
 */
const PEAK_FALLS_DECADES_PER_S = 0.3;

/** Width of a wide band in narrow bands: two thirds of an octave at 1 kHz, a third of an octave at 3 kHz. */
const WIDE_BANDS = 12;
const HALF_WIDE = WIDE_BANDS / 2;
const QUIET_FRAMES = 25;
/** How far single frames of steady noise exceed its mean level, in decades. */
const QUIET_SPREAD_DECADES = 0.5;

export class BandLevels {
  /** The number of bands, and the mel band that is the first of them. */
  readonly bands: number;
  readonly centresHz: readonly number[];
  /**
   * Bands with a lower index are narrow, the others are wide. A tone that sweeps within a beep leaves each narrow band
   * before the beep ends, but stays in a wide one.
   */
  readonly narrowBands: number;
  /**
   * Index of one more band, which has the level of the loudest narrow band. It shows whether other sounds fill the
   * pauses. Beeps are not searched in it.
   */
  readonly everything: number;
  readonly frameS: number;
  /** Number of frames read so far; the newest is frame `frames - 1`. */
  frames = 0;
  /** Earlier frames are unknown, because the stream began or was cut here, or because they are older than 20 s. */
  knownFrom = 0;
  /** Levels of the newest frame, from 0 (15 dB or more below the peak) to 1.5 decades. */
  readonly now: Float64Array;
  /**
   * The running sums of the levels, and of their squares, before each frame: sums[row(frame) + band]. The bands of one
   * frame lie side by side, because readers look at all bands of a few frames.
   */
  readonly kernel: BandKernel;
  private readonly first: number;

  constructor(frontEnd: FrontEnd) {
    const centres = bandCentresHz(frontEnd);
    this.first = centres.findIndex((hz) => hz >= LOWEST_HZ);
    const narrow = centres.filter((hz) => hz >= LOWEST_HZ && hz <= HIGHEST_HZ);
    this.narrowBands = narrow.length;
    const wide = narrow.filter(
      (_, middle) => middle % HALF_WIDE === 0 && middle > 0 && middle + HALF_WIDE <= narrow.length,
    );
    this.centresHz = [...narrow, ...wide];
    this.bands = this.centresHz.length;
    this.everything = this.bands;
    this.frameS = frontEnd.hopSize / frontEnd.sampleRate;
    this.kernel = new BandKernel({
      frames: FRAMES,
      narrowBands: narrow.length,
      wideBands: wide.length,
      halfWide: HALF_WIDE,
    });
    this.now = this.kernel.now;
  }

  /**
   * The index at which a frame's running sums begin. The frame must be known; the frame after the newest one counts as
   * known.
   */
  private row(frame: number): number {
    return (frame & MASK) * this.kernel.rowLength;
  }

  /** Adds one frame of log-mel values, in decades of power. */
  push(mel: Float32Array): void {
    const { kernel, first, narrowBands } = this;
    kernel.mel.set(mel.subarray(first, first + narrowBands));
    kernel.push(this.frames, PEAK_FALLS_DECADES_PER_S * this.frameS, RANGE_DECADES);
    this.frames++;
    this.knownFrom = Math.max(this.knownFrom, this.frames - FRAMES + 1);
  }

  /**
   * Adds frames that were not computed because the room was quiet. In them each band has the mean level of its last
   * half second.
   */
  sleep(frames: number): void {
    const { everything } = this;
    const { sums, squares, peaks } = this.kernel;
    const before = Math.max(this.knownFrom, this.frames - QUIET_FRAMES);
    const falls = PEAK_FALLS_DECADES_PER_S * this.frameS * frames;
    for (let band = 0; band <= everything; band++) {
      const level = this.frames === before ? 0 : this.total(band, before, this.frames) / (this.frames - before);
      const newest = this.row(this.frames) + band;
      const sum = sums[newest] as number;
      const square = squares[newest] as number;
      // The frames before these are older than the memory.
      for (let n = Math.max(1, frames - FRAMES + 1); n <= frames; n++) {
        const at = this.row(this.frames + n) + band;
        sums[at] = sum + n * level;
        squares[at] = square + n * level * level;
      }
      // During a quiet sound the peak decays to the level of that sound, not below it.
      peaks[band] =
        (peaks[band] as number) - Math.min(falls, Math.max(0, RANGE_DECADES - level - QUIET_SPREAD_DECADES));
      this.now[band] = level;
    }
    this.frames += frames;
    this.knownFrom = Math.max(this.knownFrom, this.frames - FRAMES + 1);
  }

  /** The sum of a band's levels from frame `from` up to, not including, frame `to`. Both frames must be known. */
  total(band: number, from: number, to: number): number {
    const { sums } = this.kernel;
    return (sums[this.row(to) + band] as number) - (sums[this.row(from) + band] as number);
  }

  /** The sum of the squares of a band's levels from frame `from` up to, not including, frame `to`. */
  totalOfSquares(band: number, from: number, to: number): number {
    const { squares } = this.kernel;
    return (squares[this.row(to) + band] as number) - (squares[this.row(from) + band] as number);
  }
}
