const { sin, cos, min, max, exp, floor, PI } = Math;

export const RATE = 16_000;
export const at = (seconds: number): number => Math.round(seconds * RATE);

/** One period of a waveform. */
export type Wave = Float32Array;
const WAVE_SIZE = 4_096;
/** Limit for harmonics. Harmonics above it would alias at a sample rate of 16 kHz. */
const TOP_HZ = 7_600;

/**
 * One period of a wave with these amplitudes of its harmonics. Harmonics that would lie above 7.6 kHz at the pitch
 * `highestHz` are left out.
 */
export function waveOf(amplitudes: readonly number[], highestHz: number): Wave {
  const wave = new Float32Array(WAVE_SIZE);
  amplitudes.forEach((amplitude, n) => {
    if (amplitude === 0 || ((n + 1) * highestHz > TOP_HZ && n > 0)) return;
    for (let i = 0; i < WAVE_SIZE; i++)
      wave[i] = (wave[i] as number) + amplitude * sin((2 * PI * (n + 1) * i) / WAVE_SIZE);
  });
  return wave;
}

export const SINE = waveOf([1], 1);

/**
 * A value that changes during a tone. The function receives the seconds since the start of the tone, and the tone's
 * length.
 */
export type Course = (sinceS: number, lengthS: number) => number;

export interface Tone {
  startS: number;
  lengthS: number;
  hz: number | Course;
  wave?: Wave;
  level?: number | Course;
  /** Length of the cosine ramps at both ends. */
  attackS?: number;
  releaseS?: number;
  /** Time constant of the decay, for a struck object. */
  ringS?: number;
}

/** Adds a tone by reading the wave's table. Pitch and level are updated every 16 samples (1 ms). */
export function addTone(out: Float32Array, tone: Tone): void {
  const { startS, lengthS, hz, wave = SINE, level = 1, attackS = 0.005, releaseS = 0.008, ringS } = tone;
  const first = at(startS);
  const length = min(at(lengthS), out.length - first);
  let phase = 0;
  let gain = 0;
  for (let from = 0; from < length; from += 16) {
    const sinceS = from / RATE;
    const step = ((typeof hz === 'number' ? hz : hz(sinceS, lengthS)) * WAVE_SIZE) / RATE;
    const ramps = ramp(sinceS / attackS) * ramp((lengthS - sinceS) / releaseS);
    const ringing = ringS === undefined ? 1 : exp(-sinceS / ringS);
    const next = (typeof level === 'number' ? level : level(sinceS, lengthS)) * ramps * ringing;
    const slope = (next - gain) / 16;
    const to = min(length, from + 16);
    for (let i = from; i < to; i++) {
      gain += slope;
      phase += step;
      if (phase >= WAVE_SIZE) phase -= WAVE_SIZE;
      const below = floor(phase);
      const left = wave[below] as number;
      const right = wave[below + 1 === WAVE_SIZE ? 0 : below + 1] as number;
      out[first + i] = (out[first + i] as number) + gain * (left + (right - left) * (phase - below));
    }
  }
}

const ramp = (share: number): number => (share >= 1 ? 1 : share <= 0 ? 0 : 0.5 - 0.5 * cos(PI * share));

export function mix(out: Float32Array, sound: Float32Array, fromSample: number, gain = 1): void {
  const from = max(0, -fromSample);
  const to = min(sound.length, out.length - fromSample);
  for (let i = from; i < to; i++) out[fromSample + i] = (out[fromSample + i] as number) + gain * (sound[i] as number);
}

export function meanSquare(samples: Float32Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
  return to > from ? sum / (to - from) : 0;
}

/** Filters noise or any other sound by one resonance (state-variable filter). */
export function bandOf(sound: Float32Array, hz: number | Course, widthHz: number): Float32Array {
  const out = new Float32Array(sound.length);
  let low = 0;
  let band = 0;
  let f = 0;
  let damping = 0;
  for (let i = 0; i < sound.length; i++) {
    if (i % 32 === 0) {
      const centreHz = typeof hz === 'number' ? hz : hz(i / RATE, sound.length / RATE);
      f = 2 * sin((PI * min(centreHz, 2 * TOP_HZ)) / (2 * RATE));
      damping = min(1.9, widthHz / centreHz);
    }
    // Two half steps per sample keep the filter stable up to 7.6 kHz.
    for (let half = 0; half < 2; half++) {
      low += f * band;
      band += f * ((sound[i] as number) - low - damping * band);
    }
    out[i] = damping * band;
  }
  return out;
}
