import type { Dice } from './dice.ts';
import { at, bandOf, mix, RATE } from './tone.ts';

const { sin, PI, min, max } = Math;

/** Formants of vowels and voiced consonants, Hz (Peterson and Barney's means of men, rounded). */
const FORMANTS: Readonly<Record<string, readonly [number, number, number]>> = {
  a: [730, 1_090, 2_440],
  e: [530, 1_840, 2_480],
  i: [270, 2_290, 3_010],
  o: [570, 840, 2_410],
  u: [300, 870, 2_240],
  '@': [500, 1_400, 2_300],
  r: [420, 1_300, 1_600],
  n: [280, 1_700, 2_600],
  m: [280, 1_000, 2_200],
  w: [300, 610, 2_200],
};
const HISSES: Readonly<Record<string, readonly [number, number]>> = {
  f: [4_500, 6_000],
  s: [5_800, 2_500],
  k: [2_000, 1_500],
  t: [4_200, 3_000],
};

export const WORDS = {
  fire: 'faai@ faai@',
  smoke: 'smouk smouk',
  warning: 'waaning kaab@n m@nokisaaid',
  evacuate: 'ivaakiueit',
} as const;

/**
 * Speaks phonemes, one per letter; a space is a short silence. In voiced phonemes the formants glide from one set to
 * the next.
 */
export function say(dice: Dice, phonemes: string, pace = 1): Float32Array {
  const voiceHz = dice.octaves(90, 230);
  const size = voiceHz > 150 ? dice.between(1.08, 1.2) : dice.between(0.93, 1.05);
  const lengths = [...phonemes].map((letter) => (letter === ' ' ? 0.22 : dice.between(0.06, 0.1)) / pace);
  const out = new Float32Array(at(lengths.reduce((sum, lengthS) => sum + lengthS, 0)) + 1);
  let fromS = 0;
  // Consecutive voiced letters share one stretch of voice.
  let run: { targets: (readonly [number, number, number])[]; lengths: number[]; startS: number } | null = null;
  const endRun = (): void => {
    if (run) mix(out, voiced(dice, run.targets, run.lengths, voiceHz * dice.between(0.9, 1.12), size), at(run.startS));
    run = null;
  };
  [...phonemes].forEach((letter, n) => {
    const lengthS = lengths[n] as number;
    const formants = FORMANTS[letter];
    const hiss = HISSES[letter];
    if (formants) {
      run ??= { targets: [], lengths: [], startS: fromS };
      run.targets.push(formants);
      run.lengths.push(lengthS);
    } else endRun();
    if (hiss) mix(out, hissed(dice, hiss, lengthS), at(fromS));
    fromS += lengthS;
  });
  endRun();
  return out;
}

function voiced(
  dice: Dice,
  targets: readonly (readonly [number, number, number])[],
  lengths: readonly number[],
  voiceHz: number,
  size: number,
): Float32Array {
  const totalS = lengths.reduce((sum, lengthS) => sum + lengthS, 0);
  const source = new Float32Array(at(totalS));
  let phase = 0;
  for (let i = 0; i < source.length; i++) {
    const share = i / source.length;
    phase += (voiceHz * (1.08 - 0.2 * share) * (1 + 0.01 * (dice.roll() - 0.5))) / RATE;
    if (phase >= 1) phase -= 1;
    // The derivative of Rosenberg's glottal pulse: the flow rises slowly and is cut off.
    const flow = phase < 0.4 ? sin((PI * phase) / 0.4) * 0.3 : phase < 0.6 ? -(phase - 0.4) * 5 : 0;
    source[i] = (flow + 0.02 * (dice.roll() - 0.5)) * min(1, share * 12, (1 - share) * 10);
  }
  const centres = lengths.map((lengthS, n) => lengths.slice(0, n).reduce((sum, s) => sum + s, 0) + lengthS / 2);
  const out = new Float32Array(source.length);
  for (let n = 0; n < 3; n++) {
    const course = (sinceS: number): number => {
      let k = 0;
      while (k < centres.length - 2 && sinceS > (centres[k + 1] as number)) k++;
      const [from, to] = [targets[k]?.[n] ?? 500, (targets[k + 1] ?? targets[k])?.[n] ?? 500];
      const span = (centres[k + 1] ?? totalS) - (centres[k] as number);
      const share = min(1, max(0, (sinceS - (centres[k] as number)) / span));
      return size * (from + (to - from) * share);
    };
    mix(out, bandOf(source, course, [70, 100, 140][n] as number), 0, [1, 0.7, 0.4][n] as number);
  }
  return out;
}

function hissed(dice: Dice, [hz, widthHz]: readonly [number, number], lengthS: number): Float32Array {
  const noise = bandOf(dice.white(at(lengthS)), hz, widthHz);
  for (let i = 0; i < noise.length; i++)
    noise[i] = 0.15 * (noise[i] as number) * min(1, i / 300, (noise.length - i) / 300);
  return noise;
}

const LETTERS = [...'aeiou@rnmwfskt '] as [string, ...string[]];

/** Makes random syllables without meaning, for background voices and television. */
export function chatter(dice: Dice, lengthS: number): Float32Array {
  const out = new Float32Array(at(lengthS));
  for (let fromS = dice.between(0, 0.5); fromS < lengthS;) {
    const phrase = Array.from({ length: dice.whole(6, 25) }, () => dice.one(LETTERS)).join('');
    const spoken = say(dice, phrase, dice.between(0.9, 1.3));
    mix(out, spoken, at(fromS), dice.between(0.6, 1));
    fromS += spoken.length / RATE + dice.octaves(0.1, 1.2);
  }
  return out;
}
