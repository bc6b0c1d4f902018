declare module 'fft.js' {
  /** Radix-4 FFT over interleaved complex numbers: re, im, re, im. Any array-like of numbers works as storage. */
  class FFT {
    constructor(size: number);
    transform(out: Float64Array | number[], input: ArrayLike<number>): void;
    inverseTransform(out: Float64Array | number[], input: ArrayLike<number>): void;
  }
  export = FFT;
}
