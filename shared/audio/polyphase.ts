/**
 * The largest number of phases for which each phase has its own table of filter weights; for more phases the weights
 * are interpolated. 11.025 kHz needs 640 phases, more than any other usual rate.
 */
const MOST_PHASES = 640;
/**
 * The number of phases between which weights are interpolated. Linear interpolation between neighbours of 512 phases
 * has an error of (pi / 512)^2 / 8: -106 dB.
 */
const INTERPOLATED_PHASES = 512;
/** Attenuation in dB that the filter is designed for; the tests require 60 dB. */
const STOP_DB = 70;

/**
 * Changes the sample rate by the factor up / down with one low-pass filter. It adds no delay: an output sample and the
 * input sample of the same time coincide.
 */
export class PolyphaseFilter {
  private readonly up: number;
  private readonly down: number;
  private readonly phases: number;
  private readonly exact: boolean;
  /** An output sample depends on this many input samples on each side of it. */
  private readonly reach: number;
  private readonly taps: number;
  private readonly table: Float64Array;
  /** Input that later outputs still need. It starts with silence: `reach - 1` samples before time 0. */
  private buffer: Float64Array;
  private have: number;
  /**
   * `at`: index in the buffer of the newest input sample at or before the next output. `fraction`: the distance from
   * that sample to the output, in units of 1 / `up` of a sample.
   */
  private at: number;
  private fraction = 0;

  /** The filter passes frequencies up to `passHz` unchanged and blocks those from `stopHz` on. */
  constructor(options: { inRate: number; outRate: number; passHz: number; stopHz: number }) {
    const { inRate, outRate, passHz, stopHz } = options;
    const divisor = gcd(inRate, outRate);
    this.up = outRate / divisor;
    this.down = inRate / divisor;
    this.exact = this.up <= MOST_PHASES;
    this.phases = this.exact ? this.up : INTERPOLATED_PHASES;
    // Kaiser's rule for the length of the filter.
    const length = (STOP_DB - 7.95) / (2.285 * 2 * Math.PI * ((stopHz - passHz) / inRate));
    this.reach = 2 * Math.ceil(length / 4);
    this.taps = 2 * this.reach;
    this.table = kaiserSinc(this.phases + 1, this.reach, (passHz + stopHz) / 2 / inRate);
    this.buffer = new Float64Array(4 * this.taps);
    this.have = this.reach - 1;
    this.at = this.reach - 1;
  }

  push(input: Float32Array): Float32Array<ArrayBuffer> {
    this.makeRoom(input.length);
    for (let i = 0; i < input.length; i++) this.buffer[this.have + i] = input[i] as number;
    this.have += input.length;
    // Returns the outputs for which all input has arrived.
    const steps = (this.have - this.reach - this.at) * this.up - this.fraction;
    const out = new Float32Array(Math.max(0, Math.ceil(steps / this.down)));
    for (let k = 0; k < out.length; k++) {
      out[k] = this.output();
      this.fraction += this.down;
      const whole = Math.floor(this.fraction / this.up);
      this.at += whole;
      this.fraction -= whole * this.up;
    }
    return out;
  }

  /** Returns the remaining outputs. The input counts as silent after its end. */
  flush(): Float32Array<ArrayBuffer> {
    return this.push(new Float32Array(this.reach));
  }

  private output(): number {
    if (this.exact) return this.dot(this.fraction);
    const phase = (this.fraction / this.up) * this.phases;
    const row = Math.floor(phase);
    const part = phase - row;
    return (1 - part) * this.dot(row) + part * this.dot(row + 1);
  }

  private dot(row: number): number {
    const { table, buffer, taps } = this;
    let t = row * taps;
    let i = this.at - this.reach + 1;
    // Four separate sums keep the processor's adders busy. Their order is fixed, so that results are always the same.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (const end = t + taps; t < end; t += 4, i += 4) {
      a += (table[t] as number) * (buffer[i] as number);
      b += (table[t + 1] as number) * (buffer[i + 1] as number);
      c += (table[t + 2] as number) * (buffer[i + 2] as number);
      d += (table[t + 3] as number) * (buffer[i + 3] as number);
    }
    return a + b + (c + d);
  }

  /** Drops input that no later output needs. The buffer grows only to the size of the largest chunk so far. */
  private makeRoom(length: number): void {
    const drop = Math.max(0, Math.min(this.at - this.reach + 1, this.have));
    if (drop > 0) {
      this.buffer.copyWithin(0, drop, this.have);
      this.have -= drop;
      this.at -= drop;
    }
    if (this.have + length <= this.buffer.length) return;
    const larger = new Float64Array(2 * (this.have + length));
    larger.set(this.buffer.subarray(0, this.have));
    this.buffer = larger;
  }
}

/** The filters of all phases. Row p is for an output that lies p / (rows - 1) of a sample after an input sample. */
function kaiserSinc(rows: number, reach: number, cutoff: number): Float64Array {
  const beta = 0.1102 * (STOP_DB - 8.7);
  const taps = 2 * reach;
  const table = new Float64Array(rows * taps);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const t = tap - (reach - 1) - row / Math.max(1, rows - 1);
      const edge = Math.max(0, 1 - (t / reach) ** 2);
      const x = 2 * Math.PI * cutoff * t;
      const value = (x === 0 ? 1 : Math.sin(x) / x) * bessel0(beta * Math.sqrt(edge));
      table[row * taps + tap] = value;
      sum += value;
    }
    // The weights of each row sum to 1, so that a constant input stays unchanged.
    for (let tap = 0; tap < taps; tap++) table[row * taps + tap] = (table[row * taps + tap] as number) / sum;
  }
  return table;
}

/** The modified Bessel function of order 0, computed with its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
