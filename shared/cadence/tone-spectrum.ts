/** The reader's view of one frame: which narrow peaks stand out between 400 and 4500 Hz. */
export const BIN_HZ = 31.25;
const FIRST_BIN = Math.floor(400 / BIN_HZ);
const LAST_BIN = Math.ceil(4_500 / BIN_HZ);
/** A Hann window spreads a tone over +-2 bins; its neighbourhood is what lies beyond, up to +-8 bins (250 Hz). */
const LOBE = 2;
const NEIGHBOURHOOD = 8;
const NEIGHBOURS = 2 * (NEIGHBOURHOOD - LOBE);
/** Below this nothing is a sound: a peak in the rounding noise of 16-bit samples. */
const LEAST_POWER = 1e-6;
/** Peaks are at least two bins apart. */
const MOST_PEAKS = (LAST_BIN - FIRST_BIN) / 2 + 1;

export class ToneSpectrum {
  /** What `findPeaks` found last, `count` of them, by frequency. */
  readonly peaks = { count: 0, bins: new Int32Array(MOST_PEAKS), prominences: new Float64Array(MOST_PEAKS) };
  /** sums[k]: power of all bins below k. */
  private readonly sums = new Float64Array(LAST_BIN + NEIGHBOURHOOD + 3);
  private power = new Float32Array(LAST_BIN + NEIGHBOURHOOD + 2);
  private before = new Float32Array(LAST_BIN + NEIGHBOURHOOD + 2);
  private beforeThat = new Float32Array(LAST_BIN + NEIGHBOURHOOD + 2);

  take(power: Float32Array): void {
    const own = this.beforeThat;
    this.beforeThat = this.before;
    this.before = this.power;
    this.power = own;
    const { sums } = this;
    let sum = 0;
    for (let bin = 0; bin < own.length; bin++) {
      const value = power[bin] as number;
      own[bin] = value;
      sum += value;
      sums[bin + 1] = sum;
    }
  }

  /** Power of the tone around `bin` over the mean power of a bin in its neighbourhood. */
  prominence(bin: number): number {
    const { sums, power } = this;
    const around =
      (sums[bin + NEIGHBOURHOOD + 1] as number) -
      (sums[bin - NEIGHBOURHOOD] as number) -
      ((sums[bin + LOBE + 1] as number) - (sums[bin - LOBE] as number));
    // Differences of running sums may come out a rounding error below zero.
    return (power[bin] as number) / (Math.max(around, 0) / NEIGHBOURS + LEAST_POWER);
  }

  /** Amplitude of a tone around `bin`, `framesAgo` 0 to 2. */
  amplitude(bin: number, framesAgo = 0): number {
    const power = framesAgo === 0 ? this.power : framesAgo === 1 ? this.before : this.beforeThat;
    return Math.sqrt((power[bin - 1] as number) + (power[bin] as number) + (power[bin + 1] as number));
  }

  /** The strongest of the three bins around `bin`. */
  peakNear(bin: number): number {
    const { power } = this;
    const here = power[bin] as number;
    const below = power[bin - 1] as number;
    const above = power[bin + 1] as number;
    if (below > here && below >= above && bin > FIRST_BIN) return bin - 1;
    return above > here && bin < LAST_BIN ? bin + 1 : bin;
  }

  /** Frequency of the peak at `bin`: a parabola through the logarithms is exact to about 1 Hz for a Hann window. */
  hzAt(bin: number): number {
    const { power } = this;
    const below = Math.log((power[bin - 1] as number) + 1e-12);
    const here = Math.log((power[bin] as number) + 1e-12);
    const above = Math.log((power[bin + 1] as number) + 1e-12);
    const curve = below - 2 * here + above;
    return (bin + (curve < 0 ? Math.max(-0.5, Math.min(0.5, (below - above) / (2 * curve))) : 0)) * BIN_HZ;
  }

  /** Notes in `peaks` every local peak that stands out by `least` or more. Most frames of most sounds have none. */
  findPeaks(least: number): void {
    const { power, peaks } = this;
    peaks.count = 0;
    // What is weaker than this does not stand out of silence: it saves the division for nearly every bin of a quiet frame.
    const weakest = 0.999 * least * LEAST_POWER;
    let below = power[FIRST_BIN - 1] as number;
    let here = power[FIRST_BIN] as number;
    for (let bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
      const above = power[bin + 1] as number;
      if (here > below && here >= above && here >= weakest) {
        const prominence = this.prominence(bin);
        if (prominence >= least) {
          peaks.bins[peaks.count] = bin;
          peaks.prominences[peaks.count++] = prominence;
        }
      }
      below = here;
      here = above;
    }
  }
}
