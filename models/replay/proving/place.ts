import type { Dice } from './dice.ts';
import { noiseOf, NOISES, type NoiseKind } from './noise.ts';
import type { Span } from './rhythm.ts';
import { drawRoom, inRoom } from './room.ts';
import { at, meanSquare, mix } from './tone.ts';

const { max, abs } = Math;

/** A sound without echo, and its start in the stream. */
export interface Placed {
  startS: number;
  dry: Float32Array;
  /** The spans in which the sound is audible, in seconds from its start. Its level is measured in these spans. */
  spans: readonly Span[];
  snrDb: number;
}

export interface Stream {
  samples: Float32Array;
  noise: NoiseKind;
}

/**
 * A random SNR from 6 to 30 dB: the power of the sound while it is audible, relative to the noise over all frequencies.
 */
export const drawSnrDb = (dice: Dice): number => dice.between(6, 30);

/** Mixes several sounds in one room with one background noise. */
export function streamOf(dice: Dice, lengthS: number, sounds: readonly Placed[]): Stream {
  const noise = dice.one(NOISES);
  const noiseLevel = 10 ** (dice.between(-58, -42) / 20);
  const samples = noiseOf(dice, noise, lengthS).map((x) => x * noiseLevel);
  const room = drawRoom(dice);
  for (const { startS, dry, spans, snrDb } of sounds) {
    const wet = inRoom(dice, dry, room);
    const power =
      spans.reduce((sum, { startS: from, endS }) => sum + meanSquare(wet, at(from), at(endS)), 0) / spans.length;
    if (power > 0) mix(samples, wet, at(startS), (noiseLevel * 10 ** (snrDb / 20)) / Math.sqrt(power));
  }
  // A stream that would clip is made quieter, so that its SNR stays correct.
  const highest = samples.reduce((most, x) => max(most, abs(x)), 0);
  return { noise, samples: highest > 0.9 ? samples.map((x) => (x * 0.9) / highest) : samples };
}
