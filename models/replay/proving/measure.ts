import { at, meanSquare, RATE } from './tone.ts';
import type { Span } from './rhythm.ts';

const { sin, cos, PI } = Math;

const STEP_S = 0.005;

/**
 * For tests: the spans of a sound without echo that are within `rangeDb` of its loudest 5 ms. Gaps of up to 20 ms are
 * closed.
 */
export function soundingSpans(dry: Float32Array, rangeDb = 12): Span[] {
  const step = at(STEP_S);
  const powers = Array.from({ length: Math.floor(dry.length / step) }, (_, n) =>
    meanSquare(dry, n * step, (n + 1) * step),
  );
  const least = Math.max(...powers) * 10 ** (-rangeDb / 10);
  const spans: Span[] = [];
  powers.forEach((power, n) => {
    if (power < least) return;
    const last = spans.at(-1);
    const startS = n * STEP_S;
    if (last && startS - last.endS < 0.0201) last.endS = startS + STEP_S;
    else spans.push({ startS, endS: startS + STEP_S });
  });
  return spans;
}

/**
 * For tests: the strongest frequency between two bounds. Tries frequencies in steps of one per cent by Goertzel's sum.
 */
export function strongestHz(samples: Float32Array, lowHz: number, highHz: number): number {
  let [best, most] = [lowHz, 0];
  for (let hz = lowHz; hz <= highHz; hz *= 1.01) {
    let [re, im] = [0, 0];
    samples.forEach((x, i) => {
      re += x * cos((2 * PI * hz * i) / RATE);
      im += x * sin((2 * PI * hz * i) / RATE);
    });
    if (re * re + im * im > most) [best, most] = [hz, re * re + im * im];
  }
  return best;
}
