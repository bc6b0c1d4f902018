import { SAMPLE_RATE } from '../audio/source.ts';

/** The reasons why a second of samples is not usable sound, in the order of the checks. */
export type SignalFault = 'all_zero' | 'stuck_dc' | 'muted' | 'clipped';

export interface SecondOfSignal {
  fault: SignalFault | null;
  levelDbfs: number;
  /**
   * Seconds of sound so far, including this one. They are counted in samples, so that a test can feed a whole day of
   * sound in a second.
   */
  atS: number;
}

/**
 * Level below which sound counts as muted. The noise of a live 16-bit microphone varies by more than one step and lies
 * above -85 dBFS.
 */
const MUTED_DBFS = -88;
const STUCK_AT = 0.0005;
/** The level above which a sample counts as clipped: 32,440 of 32,767. */
const RAIL = 0.99;
/**
 * Share of clipped samples from which a signal counts as broken. An alarm next to the microphone clips less often than
 * one in twenty samples.
 */
const CLIPPED_SHARE = 0.05;
/** Only every fourth sample is checked, which measures level and clipping well enough at a quarter of the cost. */
const STRIDE = 4;

/** Sums up each second of a source: its level and its fault. */
export class SignalCheck {
  private readonly onSecond: (second: SecondOfSignal) => void;
  private phase = 0;
  private seen = 0;
  private sum = 0;
  private squares = 0;
  private rails = 0;
  private seconds = 0;

  constructor(onSecond: (second: SecondOfSignal) => void) {
    this.onSecond = onSecond;
  }

  push(samples: Float32Array): void {
    for (let from = 0; from < samples.length;) {
      const untilSecond = (SAMPLE_RATE / STRIDE - this.seen) * STRIDE - this.phase;
      const to = Math.min(samples.length, from + Math.max(1, untilSecond));
      this.measure(samples, from, to);
      from = to;
      if (this.seen === SAMPLE_RATE / STRIDE) this.close();
    }
  }

  private measure(samples: Float32Array, from: number, to: number): void {
    let { sum, squares, rails, seen } = this;
    let i = from + ((STRIDE - this.phase) % STRIDE);
    for (; i < to; i += STRIDE) {
      const x = samples[i]!;
      sum += x;
      squares += x * x;
      if (x >= RAIL || x <= -RAIL) rails++;
      seen++;
    }
    this.phase = (this.phase + (to - from)) % STRIDE;
    this.sum = sum;
    this.squares = squares;
    this.rails = rails;
    this.seen = seen;
  }

  private close(): void {
    const mean = this.sum / this.seen;
    const power = this.squares / this.seen;
    const alternatingDbfs = 10 * Math.log10(Math.max(0, power - mean * mean));
    this.seconds++;
    const fault = this.faultOf(mean, power, alternatingDbfs);
    this.seen = this.sum = this.squares = this.rails = 0;
    this.onSecond({ fault, levelDbfs: 10 * Math.log10(power), atS: this.seconds });
  }

  private faultOf(mean: number, power: number, alternatingDbfs: number): SignalFault | null {
    if (power === 0) return 'all_zero';
    if (alternatingDbfs < MUTED_DBFS) return Math.abs(mean) > STUCK_AT ? 'stuck_dc' : 'muted';
    return this.rails > CLIPPED_SHARE * this.seen ? 'clipped' : null;
  }
}
