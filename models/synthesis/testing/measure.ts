import { SAMPLE_RATE, type Beep } from '../sound.ts';

/** Measures synthesised sound in tests, by methods that the synthesis does not use: energy and zero crossings. */
const STEP = 80;
const { cos, PI } = Math;

/**
 * Finds the spans in which the energy of 5 ms is within `rangeDb` of the loudest 5 ms. Gaps under `bridgeS` are closed.
 */
export function measureBeeps(samples: Float32Array, { rangeDb = 15, bridgeS = 0.025 } = {}): Beep[] {
  const energies: number[] = [];
  for (let from = 0; from + STEP <= samples.length; from += STEP)
    energies.push(samples.subarray(from, from + STEP).reduce((sum, x) => sum + x * x, 0));
  const floor = Math.max(...energies) * 10 ** (-rangeDb / 10);
  const beeps: Beep[] = [];
  energies.forEach((energy, i) => {
    if (energy < floor) return;
    const startS = (i * STEP) / SAMPLE_RATE;
    const last = beeps.at(-1);
    if (last && startS - (last.startS + last.lengthS) <= bridgeS)
      last.lengthS = startS + STEP / SAMPLE_RATE - last.startS;
    else beeps.push({ startS, lengthS: STEP / SAMPLE_RATE });
  });
  return beeps;
}

/**
 * Measures pitch by upward zero crossings. The result is right for a tone whose fundamental is its strongest harmonic.
 */
export function measureHz(samples: Float32Array): number {
  let crossings = 0;
  let first = -1;
  let last = -1;
  for (let i = 1; i < samples.length; i++) {
    if ((samples[i - 1] as number) < 0 && (samples[i] as number) >= 0) {
      if (first < 0) first = i;
      last = i;
      crossings++;
    }
  }
  return ((crossings - 1) * SAMPLE_RATE) / (last - first);
}

/** Power at one frequency (Goertzel), relative to the mean power of the samples. */
export function powerAt(samples: Float32Array, hz: number): number {
  const turn = 2 * cos((2 * PI * hz) / SAMPLE_RATE);
  let before = 0;
  let now = 0;
  let all = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    const next = x + turn * now - before;
    before = now;
    now = next;
    all += x * x;
  }
  return all === 0 ? 0 : (2 * (now * now + before * before - turn * now * before)) / (samples.length * all);
}

/** The strongest frequency between `fromHz` and `toHz`, in steps of half the frequency resolution of the samples. */
export function strongestHz(samples: Float32Array, fromHz: number, toHz: number): number {
  let [best, most] = [fromHz, 0];
  for (let hz = fromHz; hz <= toHz; hz += SAMPLE_RATE / samples.length / 2) {
    const power = powerAt(samples, hz);
    if (power > most) [best, most] = [hz, power];
  }
  return best;
}
