declare module 'fft.js' {
  /** Radix-4 FFT. Output is interleaved: re, im, re, im. Any indexable of numbers will do as storage. */
  class FFT {
    constructor(size: number);
    /** Fills the first half of `out` (bins 0 to size / 2) from real input. */
    realTransform(out: Float64Array | number[], input: ArrayLike<number>): void;
  }
  export = FFT;
}
