/** Zero crossings of the sinc on each side: -80 dB stop band with this Kaiser window, 0.5 dB down at 7.4 kHz. */
const CROSSINGS = 32;
const KAISER_BETA = 8;
const STEPS = 512;
/** Cut off a little below the lower Nyquist frequency, so that the transition band does not alias. */
const PASS = 0.95;

/** Any rate to any other, streaming, by a windowed sinc; output sample n is the input at n * from / to. */
export class Resampler {
  private readonly ratio: number;
  private readonly cutoff: number;
  private readonly reach: number;
  private readonly kernel: Float64Array;
  /** Input from sample `first` on. */
  private held: Float32Array;
  private first: number;
  private received = 0;
  private produced = 0;

  constructor(fromHz: number, toHz: number) {
    this.ratio = fromHz / toHz;
    this.cutoff = PASS * Math.min(1, toHz / fromHz);
    this.reach = Math.ceil(CROSSINGS / this.cutoff);
    this.kernel = kernelOf();
    // Silence before the first sample.
    this.held = new Float32Array(this.reach);
    this.first = -this.reach;
  }

  push(samples: Float32Array): Float32Array {
    this.append(samples);
    this.received += samples.length;
    return this.produce(Math.floor((this.received - this.reach) / this.ratio));
  }

  /** The samples that were waiting for what comes after them. */
  end(): Float32Array {
    this.append(new Float32Array(this.reach + 1));
    return this.produce(Math.round(this.received / this.ratio));
  }

  private append(samples: Float32Array): void {
    const needed = Math.floor(this.produced * this.ratio) - this.reach;
    const kept = this.held.subarray(Math.max(0, Math.min(this.held.length, needed - this.first)));
    const joined = new Float32Array(kept.length + samples.length);
    joined.set(kept);
    joined.set(samples, kept.length);
    this.first += this.held.length - kept.length;
    this.held = joined;
  }

  private produce(until: number): Float32Array {
    const out = new Float32Array(Math.max(0, until - this.produced));
    const scale = this.cutoff * STEPS;
    for (let n = 0; n < out.length; n++) {
      const at = (this.produced + n) * this.ratio;
      const from = Math.max(Math.ceil(at - this.reach), this.first);
      const to = Math.min(Math.floor(at + this.reach), this.first + this.held.length - 1);
      let sum = 0;
      for (let i = from; i <= to; i++) {
        const place = Math.abs(at - i) * scale;
        const step = Math.floor(place);
        const low = this.kernel[step] ?? 0;
        sum += (this.held[i - this.first] as number) * (low + (place - step) * ((this.kernel[step + 1] ?? 0) - low));
      }
      out[n] = sum * this.cutoff;
    }
    this.produced += out.length;
    return out;
  }
}

let shared: Float64Array | undefined;

/** Half of the symmetric kernel, `STEPS` values a zero crossing. */
function kernelOf(): Float64Array {
  shared ??= Float64Array.from({ length: CROSSINGS * STEPS + 1 }, (_, i) => {
    const x = i / STEPS;
    const sinc = i === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return (sinc * bessel(KAISER_BETA * Math.sqrt(1 - (x / CROSSINGS) ** 2))) / bessel(KAISER_BETA);
  });
  return shared;
}

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
