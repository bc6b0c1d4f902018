import { type FrontEnd } from './front-end.ts';
import { LogMel } from './log-mel.ts';

export interface LogMelFrames {
  frames: number;
  bands: number;
  /** The values, frame by frame: data[frame * bands + band]. */
  data: Float32Array;
}

/** The number of whole frames in `samples` samples. */
export const frameCount = (samples: number, { fftSize, hopSize }: FrontEnd): number =>
  samples < fftSize ? 0 : 1 + Math.floor((samples - fftSize) / hopSize);

/** Computes all frames of a clip at once, with the same values, to the bit, as LogMel computes from a stream. */
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
