import FFT from 'fft.js';

/** Block length by what is convolved: twice the response, so that half of every transform is new sound. */
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
 * `signal` in a room whose response is `response`: overlap-add, with two blocks in one complex transform (one as the real part, one as
 * the imaginary part: the response is real, so they come out apart again). As long as both together minus one.
 */
export function convolve(signal: Float32Array, response: Float32Array): Float32Array {
  const out = new Float32Array(Math.max(0, signal.length + response.length - 1));
  if (signal.length === 0 || response.length === 0) return out;
  const size = blockFor(response.length);
  const fft = transformOf(size);
  const step = size - response.length + 1;
  const filter = spectrumOf(fft, size, response);
  const input = new Float64Array(2 * size);
  const spectrum = new Float64Array(2 * size);
  const result = new Float64Array(2 * size);
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
    for (let i = 0; i < later; i++) out[at + step + i] = (out[at + step + i] as number) + (result[2 * i + 1] as number);
  }
  return out;
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
