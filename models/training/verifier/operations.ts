import type { NetworkShape } from '../network/device-network.ts';
import { CLIP_FRAMES } from './example.ts';
import {
  ATTENTION_HEADS,
  CLIP_S,
  HIDDEN,
  PLANE_LAYERS,
  RECURRENT_UNITS,
  TIME_KERNEL,
  TIME_LAYERS,
  TIME_WIDTH,
  VERIFIER_FRONT_END,
} from './network.ts';
import { VIEWS } from './graph.ts';

/** Multiply-adds a second of sound: what the verifier may cost more than the device is part of the design. */
export function verifierOperations(): number {
  let steps = CLIP_FRAMES;
  let bands = VERIFIER_FRONT_END.melBands;
  let operations = 0;
  for (const { kernel, from, to, strideTime, strideBand } of PLANE_LAYERS) {
    steps = Math.ceil(steps / strideTime);
    bands = Math.ceil(bands / strideBand);
    operations += steps * bands * kernel * kernel * from * to;
  }
  for (const { from, to } of TIME_LAYERS) operations += steps * TIME_KERNEL * from * to;
  operations += 2 * steps * 4 * RECURRENT_UNITS * (TIME_WIDTH + RECURRENT_UNITS);
  operations += steps * 2 * RECURRENT_UNITS * ATTENTION_HEADS * 2;
  operations += (2 * RECURRENT_UNITS * (ATTENTION_HEADS + 1) + TIME_WIDTH) * HIDDEN;
  return (VIEWS * operations) / CLIP_S;
}

/** The device's trunk and heads, a second of sound: 25 steps of 40 ms. */
export function deviceOperations(
  { bands, framesPerStep, projection, units, headUnits }: NetworkShape,
  labels: number,
): number {
  const step =
    bands * framesPerStep * projection +
    4 * units * (projection + units) +
    4 * units * (units + units) +
    labels * (units * headUnits + headUnits);
  return 25 * step;
}
