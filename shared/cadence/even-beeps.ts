/** Counts beeps at an even pace, without groups, in each band. It costs only a few operations per frame and band. */
import type { BandLevels } from './band-levels.ts';

/**
 * The levels, in decades above the lowest level that counts, at which a beep begins and ends. Both are about half of
 * the range of levels; they differ so that noise does not split a beep.
 */
const BEGINS = 0.8;
const ENDS = 0.6;
/** Before a beep the band must have been at least 10 dB below its peak. */
const LEAST_PAUSE_LEVEL = 0.5;
/**
 * In an even rhythm steps differ by at most 8 % and one frame, and lengths by at most a third, because echoes lengthen
 * beeps.
 */
const STEP_TOLERANCE = 0.08;
const LENGTH_TOLERANCE = 0.33;

/** A run of even beeps in one band; positions and lengths are in frames. */
export interface EvenRun {
  /** The number of consecutive beeps whose steps and lengths agree. */
  beeps: number;
  step: number;
  length: number;
  /** The start of the first beep and the end of the last one. */
  since: number;
  end: number;
}

/** The levels of the newest frame, and the number of frames so far. */
type Levels = Pick<BandLevels, 'bands' | 'now' | 'frames'>;

export class EvenBeeps {
  readonly runs: EvenRun[];
  private readonly levels: Levels;
  private readonly isOn: Uint8Array;
  /**
   * For each band, the levels that matter next: when the level falls below `low`, a beep ends or its pause gets
   * quieter; when it reaches `high`, a beep begins. So most bands need only two comparisons per frame.
   */
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** Frame numbers since the stream began. They are doubles, because a daemon counts past 2^31 within 16 months. */
  private readonly start: Float64Array;
  private readonly lastStart: Float64Array;

  constructor(levels: Levels) {
    this.levels = levels;
    this.runs = Array.from({ length: levels.bands }, () => ({ beeps: 0, step: 0, length: 0, since: 0, end: -1 }));
    this.isOn = new Uint8Array(levels.bands);
    this.start = new Float64Array(levels.bands);
    this.lastStart = new Float64Array(levels.bands).fill(-1);
    this.low = new Float64Array(levels.bands).fill(Infinity);
    this.high = new Float64Array(levels.bands).fill(Infinity);
  }

  /** Call it after each frame that was pushed into the levels. */
  advance(): void {
    const { low, high } = this;
    const { now } = this.levels;
    for (let band = 0; band < low.length; band++) {
      const level = now[band] as number;
      if (level < (low[band] as number)) this.fall(band, level);
      else if (level >= (high[band] as number)) this.begin(band);
    }
  }

  private fall(band: number, level: number): void {
    const { isOn, low, high, start, levels } = this;
    low[band] = level;
    high[band] = level <= LEAST_PAUSE_LEVEL ? BEGINS : Infinity;
    if (isOn[band] === 0) return;
    isOn[band] = 0;
    this.count(band, start[band] as number, levels.frames - 1);
  }

  private begin(band: number): void {
    const { isOn, low, high, start, levels } = this;
    isOn[band] = 1;
    start[band] = levels.frames - 1;
    low[band] = ENDS;
    high[band] = Infinity;
  }

  private count(band: number, start: number, end: number): void {
    const run = this.runs[band] as EvenRun;
    const last = this.lastStart[band] as number;
    const length = end - start;
    const step = start - last;
    this.lastStart[band] = start;
    const isEven =
      run.beeps >= 2 &&
      Math.abs(step - run.step) <= 1 + STEP_TOLERANCE * run.step &&
      Math.abs(length - run.length) <= 1 + LENGTH_TOLERANCE * run.length;
    if (isEven) {
      const n = run.beeps;
      run.step = (run.step * (n - 1) + step) / n;
      run.length = (run.length * n + length) / (n + 1);
      run.beeps++;
    } else if (last >= 0) {
      run.beeps = 2;
      run.step = step;
      run.length = length;
      run.since = last;
    }
    run.end = end;
  }
}
