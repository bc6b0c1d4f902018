import FFT from 'fft.js';

/** The block length: twice the length of the response, so that half of every transform is new sound. */
const blockFor = (response: number): number => Math.max(1_024, 2 ** Math.ceil(Math.log2(2 * response)));
const transforms = new Map<number, FFT>();

function transformOf(size: number): FFT {
  const known = transforms.get(size);
  if (known) return known;
  const made = new FFT(size);
  transforms.set(size, made);
  return made;
}

/**
 * Convolves `signal` with the impulse response `response` of a room. The result is one sample shorter than both
 * together.
 */
export const convolve = (signal: Float32Array, response: Float32Array): Float32Array =>
  new Convolver(response).apply(signal);

/**
 * Convolves many signals with one response. The spectrum of the response is computed only once. The method is
 * overlap-add with two blocks in one complex transform: one block is the real part, one the imaginary part. Because the
 * response is real, the real and the imaginary part of the result are the two convolved blocks.
 */
export class Convolver {
  private readonly length: number;
  private readonly size: number;
  private readonly fft: FFT;
  private readonly filter: Float64Array;

  constructor(response: Float32Array) {
    this.length = response.length;
    this.size = blockFor(response.length);
    this.fft = transformOf(this.size);
    this.filter = spectrumOf(this.fft, this.size, response);
  }

  apply(signal: Float32Array): Float32Array {
    const { fft, size, filter } = this;
    const out = new Float32Array(Math.max(0, signal.length + this.length - 1));
    if (signal.length === 0 || this.length === 0) return out;
    const step = size - this.length + 1;
    const [input, spectrum, result] = buffersOf(size);
    for (let at = 0; at < signal.length; at += 2 * step) {
      input.fill(0);
      const first = Math.min(step, signal.length - at);
      for (let i = 0; i < first; i++) input[2 * i] = signal[at + i] as number;
      const second = Math.min(step, signal.length - at - step);
      for (let i = 0; i < second; i++) input[2 * i + 1] = signal[at + step + i] as number;
      fft.transform(spectrum, input);
      multiply(spectrum, filter);
      fft.inverseTransform(result, spectrum);
      const count = Math.min(size, out.length - at);
      for (let i = 0; i < count; i++) out[at + i] = (out[at + i] as number) + (result[2 * i] as number);
      const later = Math.min(size, out.length - at - step);
      for (let i = 0; i < later; i++)
        out[at + step + i] = (out[at + step + i] as number) + (result[2 * i + 1] as number);
    }
    return out;
  }
}

type Buffers = readonly [Float64Array, Float64Array, Float64Array];
const buffers = new Map<number, Buffers>();

/** All convolvers of one size share their scratch space, because calls do not overlap. */
function buffersOf(size: number): Buffers {
  const known = buffers.get(size) ?? [
    new Float64Array(2 * size),
    new Float64Array(2 * size),
    new Float64Array(2 * size),
  ];
  buffers.set(size, known);
  return known;
}

function spectrumOf(fft: FFT, size: number, response: Float32Array): Float64Array {
  const input = new Float64Array(2 * size);
  for (let i = 0; i < response.length; i++) input[2 * i] = response[i] as number;
  const spectrum = new Float64Array(2 * size);
  fft.transform(spectrum, input);
  return spectrum;
}

function multiply(a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < a.length; i += 2) {
    const re = a[i] as number;
    const im = a[i + 1] as number;
    const bre = b[i] as number;
    const bim = b[i + 1] as number;
    a[i] = re * bre - im * bim;
    a[i + 1] = re * bim + im * bre;
  }
}
