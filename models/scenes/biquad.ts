import { SAMPLE_RATE } from '../synthesis/sound.ts';

/** A second-order filter section (Robert Bristow-Johnson's cookbook). Filters the samples in place. */
export type Shape =
  { kind: 'lowpass' | 'highpass'; hz: number; q?: number } | { kind: 'peak'; hz: number; q?: number; gainDb: number };

export function filterInPlace(samples: Float32Array, shape: Shape): Float32Array {
  const [b0, b1, b2, a1, a2] = coefficients(shape);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    samples[i] = y;
  }
  return samples;
}

function coefficients(shape: Shape): [number, number, number, number, number] {
  const turn = (2 * Math.PI * Math.min(shape.hz, 0.49 * SAMPLE_RATE)) / SAMPLE_RATE;
  const cos = Math.cos(turn);
  const alpha = Math.sin(turn) / (2 * (shape.q ?? Math.SQRT1_2));
  if (shape.kind === 'peak') {
    const a = 10 ** (shape.gainDb / 40);
    const a0 = 1 + alpha / a;
    return [(1 + alpha * a) / a0, (-2 * cos) / a0, (1 - alpha * a) / a0, (-2 * cos) / a0, (1 - alpha / a) / a0];
  }
  const a0 = 1 + alpha;
  const side = shape.kind === 'lowpass' ? 1 - cos : 1 + cos;
  const middle = shape.kind === 'lowpass' ? 1 - cos : -(1 + cos);
  return [side / 2 / a0, middle / a0, side / 2 / a0, (-2 * cos) / a0, (1 - alpha) / a0];
}
