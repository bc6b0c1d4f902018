import type { Dice } from './dice.ts';
import { chatter } from './speech.ts';
import { addTone, at, bandOf, meanSquare, mix, RATE, waveOf } from './tone.ts';

const { sqrt, min, clz32, sin, PI } = Math;

export const NOISES = ['pink', 'hum', 'fan', 'babble', 'television'] as const;
export type NoiseKind = (typeof NOISES)[number];

/**
 * Length of the noise. Longer streams repeat it with cross-fades; it is longer than any rhythm that the detector finds.
 */
const LOOP_S = 41;
const FADE_S = 0.5;

/** Noise of a home with a mean square of 1. */
export function noiseOf(dice: Dice, kind: NoiseKind, lengthS: number): Float32Array {
  const piece = MAKERS[kind](dice, min(lengthS, LOOP_S));
  const scale = 1 / sqrt(meanSquare(piece) || 1);
  for (let i = 0; i < piece.length; i++) piece[i] = (piece[i] as number) * scale;
  return at(lengthS) <= piece.length ? piece : looped(piece, at(lengthS));
}

function looped(piece: Float32Array, length: number): Float32Array {
  const fade = at(FADE_S);
  const faded = piece.map((x, i) => x * sqrt(min(1, i / fade, (piece.length - i) / fade)));
  const out = new Float32Array(length);
  for (let from = 0; from < length; from += piece.length - fade) mix(out, faded, from);
  return out;
}

const MAKERS: Record<NoiseKind, (dice: Dice, lengthS: number) => Float32Array> = {
  pink: (dice, lengthS) => pink(dice, lengthS),
  hum(dice, lengthS) {
    const out = pink(dice, lengthS);
    const harmonics = Array.from({ length: 8 }, (_, n) => dice.between(0.1, 1) / (n + 1));
    addTone(out, { startS: 0, lengthS, hz: dice.one([50, 60]), wave: waveOf(harmonics, 60), level: 1.5 });
    return out;
  },
  fan(dice, lengthS) {
    const out = bandOf(dice.white(at(lengthS)), dice.between(150, 600), 700);
    mix(out, bandOf(dice.white(at(lengthS)), dice.between(1_500, 4_000), 4_000), 0, dice.between(0.05, 0.3));
    addTone(out, { startS: 0, lengthS, hz: dice.between(80, 320), level: 0.15, wave: waveOf([1, 0.5, 0.3], 320) });
    const turnHz = dice.between(0.2, 6);
    return out.map((x, i) => x * (1 + 0.15 * sin((2 * PI * turnHz * i) / RATE)));
  },
  babble(dice, lengthS) {
    const out = pink(dice, lengthS).map((x) => x * 0.01);
    for (let voice = dice.whole(3, 6); voice > 0; voice--) mix(out, chatter(dice, lengthS), 0, dice.between(0.4, 1));
    return out;
  },
  television(dice, lengthS) {
    const out = pink(dice, lengthS).map((x) => x * 0.01);
    mix(out, chatter(dice, lengthS), 0);
    // Adds music under the noise: chords that change, and a tune.
    const beatS = dice.between(0.35, 0.8);
    const root = dice.octaves(110, 260);
    const wave = waveOf([1, 0.5, 0.35, 0.2, 0.1], 1_600);
    for (let beat = 0; beat * beatS < lengthS; beat++) {
      const startS = beat * beatS;
      const note = (steps: number, lengthOfNoteS: number, level: number): void =>
        addTone(out, { startS, lengthS: lengthOfNoteS, hz: root * 2 ** (steps / 12), wave, level, ringS: 0.6 });
      const chord = dice.one([0, 5, 7, -3]);
      if (beat % 4 === 0) for (const step of [0, 4, 7]) note(chord + step, 4 * beatS, 0.05);
      if (dice.isUnder(0.6)) note(dice.one([12, 14, 16, 19, 21, 24]), beatS, 0.05);
    }
    return out;
  },
};

/** Pink noise by the method of Voss and McCartney: adds white noise that is held for 1, 2, 4, 8... samples. */
function pink(dice: Dice, lengthS: number): Float32Array {
  const out = new Float32Array(at(lengthS));
  const rows = new Float32Array(12);
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const row = min(11, 31 - clz32((i + 1) & -(i + 1)));
    const fresh = 2 * dice.roll() - 1;
    sum += fresh - (rows[row] as number);
    rows[row] = fresh;
    out[i] = sum + 2 * dice.roll() - 1;
  }
  return out;
}
