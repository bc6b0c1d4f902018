declare module 'fft.js' {
  /** Radix-4 FFT of complex numbers that are stored as re, im, re, im. Any array of numbers works as storage. */
  class FFT {
    constructor(size: number);
    transform(out: Float64Array | number[], input: ArrayLike<number>): void;
    inverseTransform(out: Float64Array | number[], input: ArrayLike<number>): void;
  }
  export = FFT;
}
