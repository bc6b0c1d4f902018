import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { logMelOf } from '@earshot/shared/features/log-mel-of.ts';
import { palettePng } from './png.ts';

/** Draws the log-mel frames that the network receives as a picture, with low tones at the bottom. */
export function spectrogramPng(samples: Float32Array): Buffer {
  const { frames, bands, data } = logMelOf(samples, DEVICE_FRONT_END);
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  // Show at most six decades below the loudest value. Quieter values would only add noise to the picture.
  low = Math.max(low, high - 6);
  const pixels = new Uint8Array(frames * bands);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < bands; band++) {
      const part = ((data[frame * bands + band] as number) - low) / Math.max(0.1, high - low);
      pixels[(bands - 1 - band) * frames + frame] = Math.round(255 * Math.min(1, Math.max(0, part)));
    }
  }
  return palettePng(frames, bands, pixels, PALETTE);
}

/**
 * A palette from dark blue over violet and orange to pale yellow, with even steps in lightness (after matplotlib's
 * inferno).
 */
const STOPS = [
  [6, 6, 26],
  [60, 15, 92],
  [128, 37, 104],
  [196, 60, 78],
  [240, 112, 32],
  [251, 180, 60],
  [252, 250, 170],
] as const;

const PALETTE = Uint8Array.from(
  Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (STOPS.length - 1);
    const from = STOPS[Math.floor(at)] ?? STOPS[0];
    const to = STOPS[Math.ceil(at)] ?? from;
    return [0, 1, 2].map((c) => Math.round((from[c] as number) + ((to[c] as number) - (from[c] as number)) * (at % 1)));
  }).flat(),
);
