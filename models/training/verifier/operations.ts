import type { NetworkShape } from '../network/device-network.ts';
import { EMBEDDING_SIZE } from '../windows/window-network.ts';
import { CLIP_FRAMES } from './example.ts';
import { FRONT_LAYERS, FRONT_WIDTH } from './front.ts';
import {
  ATTENTION_HEADS,
  CLIP_S,
  HIDDEN,
  pooledWidth,
  RECURRENT_UNITS,
  VERIFIER_FRONT_END,
  WINDOW_HOP,
  WINDOW_STEPS,
  type VerifierShape,
} from './network.ts';

/** Multiply-adds per second of sound, for the limit of what the verifier may cost relative to the device. */
export function verifierOperations(shape: VerifierShape): number {
  let steps = CLIP_FRAMES;
  let bands = VERIFIER_FRONT_END.melBands;
  let operations = 0;
  for (const { from, to, stride, pooled } of FRONT_LAYERS) {
    steps = Math.ceil(steps / stride);
    bands = Math.ceil(bands / stride / (pooled ? 2 : 1));
    operations += steps * bands * 9 * from * to;
  }
  const windows = 1 + Math.floor((steps - WINDOW_STEPS) / WINDOW_HOP);
  operations += windows * EMBEDDING_SIZE * (2 * FRONT_WIDTH + shape.names);
  operations += 2 * steps * 4 * RECURRENT_UNITS * (FRONT_WIDTH + RECURRENT_UNITS);
  operations += steps * 2 * RECURRENT_UNITS * ATTENTION_HEADS * 2;
  operations += pooledWidth(shape) * HIDDEN;
  return operations / CLIP_S;
}

/** Multiply-adds of the device's trunk and heads per second of sound, i.e. for 25 steps of 40 ms. */
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
