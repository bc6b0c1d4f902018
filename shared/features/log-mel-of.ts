import { type FrontEnd } from './front-end.ts';
import { LogMel } from './log-mel.ts';

export interface LogMelFrames {
  frames: number;
  bands: number;
  /** Frame by frame: data[frame * bands + band]. */
  data: Float32Array;
}

/** How many whole frames `samples` samples hold. */
export const frameCount = (samples: number, { fftSize, hopSize }: FrontEnd): number =>
  samples < fftSize ? 0 : 1 + Math.floor((samples - fftSize) / hopSize);

/** All frames of a clip at once, bit-identical to those of a stream. */
export function logMelOf(samples: Float32Array, frontEnd: FrontEnd): LogMelFrames {
  const bands = frontEnd.melBands;
  const frames = frameCount(samples.length, frontEnd);
  const data = new Float32Array(frames * bands);
  let at = 0;
  new LogMel(frontEnd).push(samples, (mel) => {
    data.set(mel, at);
    at += bands;
  });
  return { frames, bands, data };
}
