/**
 * The log-mel front end that the teacher (EfficientAT's networks) was trained with. It differs from Earshot's front end
 * in shared/features.
 */
import FFT from 'fft.js';

export const TEACHER_BANDS = 128;
const RATE = 32_000;
const FFT_SIZE = 1_024;
const HOP = 320;
const WINDOW = 800;
const HIGH_HZ = 15_000;
const PRE_EMPHASIS = 0.97;

/** Taps of the interpolation filter on each side. They reduce the image of a tone below 7 kHz by 60 dB. */
const TAPS = 16;
const BETWEEN = Float64Array.from({ length: TAPS }, (_, i) => {
  const at = i + 0.5;
  return (Math.sin(Math.PI * at) / (Math.PI * at)) * Math.cos((Math.PI * at) / (2 * TAPS + 1)) ** 2;
});

/**
 * Resamples from 16 kHz to 32 kHz: keeps every sample and interpolates a new one between each two with a windowed sinc.
 */
export function doubleRate(samples: Float32Array): Float32Array {
  const out = new Float32Array(2 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    out[2 * i] = samples[i] as number;
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++)
      sum += (BETWEEN[tap] as number) * ((samples[i - tap] ?? 0) + (samples[i + 1 + tap] ?? 0));
    out[2 * i + 1] = sum;
  }
  return out;
}

interface Band {
  from: number;
  weights: Float64Array;
}

const melOf = (hz: number): number => 1_127 * Math.log(1 + hz / 700);

const FILTERS: readonly Band[] = Array.from({ length: TEACHER_BANDS }, (_, band) => {
  const step = melOf(HIGH_HZ) / (TEACHER_BANDS + 1);
  const weights: number[] = [];
  let from = -1;
  for (let bin = 0; bin < FFT_SIZE / 2; bin++) {
    const up = (melOf((RATE / FFT_SIZE) * bin) - band * step) / step;
    const weight = Math.min(up, 2 - up);
    if (weight <= 0) continue;
    if (from < 0) from = bin;
    weights.push(weight);
  }
  return { from: Math.max(0, from), weights: Float64Array.from(weights) };
});

const HANN = Float64Array.from({ length: FFT_SIZE }, (_, i) => {
  const at = i - (FFT_SIZE - WINDOW) / 2;
  return at < 0 || at >= WINDOW ? 0 : 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (WINDOW - 1));
});

export interface TeacherMel {
  frames: number;
  /** Layout: [band][frame]. */
  data: Float32Array;
}

const fft = new FFT(FFT_SIZE);
const input = new Float64Array(2 * FFT_SIZE);
const spectrum = new Float64Array(2 * FFT_SIZE);

/**
 * The features of 32 kHz mono sound. Two frames are computed with one complex transform: one is its real part, the
 * other its imaginary part.
 */
export function teacherMel(samples: Float32Array): TeacherMel {
  const length = samples.length - 1;
  const emphasised = Float64Array.from(
    { length },
    (_, i) => (samples[i + 1] as number) - PRE_EMPHASIS * (samples[i] as number),
  );
  const mirrored = (i: number): number => emphasised[i < 0 ? -i : i >= length ? 2 * (length - 1) - i : i] as number;
  const frames = 1 + Math.floor(length / HOP);
  const data = new Float32Array(TEACHER_BANDS * frames);
  for (let frame = 0; frame < frames; frame += 2) {
    const start = frame * HOP - FFT_SIZE / 2;
    for (let i = 0; i < FFT_SIZE; i++) {
      const window = HANN[i] as number;
      input[2 * i] = window === 0 ? 0 : mirrored(start + i) * window;
      input[2 * i + 1] = window === 0 || frame + 1 === frames ? 0 : mirrored(start + HOP + i) * window;
    }
    fft.transform(spectrum, input);
    FILTERS.forEach(({ from, weights }, band) => {
      let [first, second] = [0, 0];
      for (let k = 0; k < weights.length; k++) {
        const [one, other] = powersAt(from + k);
        first += (weights[k] as number) * one;
        second += (weights[k] as number) * other;
      }
      data[band * frames + frame] = scaled(first);
      if (frame + 1 < frames) data[band * frames + frame + 1] = scaled(second);
    });
  }
  return { frames, data };
}

const scaled = (power: number): number => (Math.log(power + 1e-5) + 4.5) / 5;

/** The powers of the two real signals in bin `k` of their common transform. */
function powersAt(k: number): [number, number] {
  const mirror = (FFT_SIZE - k) % FFT_SIZE;
  const [re, im] = [spectrum[2 * k] as number, spectrum[2 * k + 1] as number];
  const [mre, mim] = [spectrum[2 * mirror] as number, spectrum[2 * mirror + 1] as number];
  return [((re + mre) ** 2 + (im - mim) ** 2) / 4, ((im + mim) ** 2 + (re - mre) ** 2) / 4];
}
