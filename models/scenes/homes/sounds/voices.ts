import type { Random } from '../../../synthesis/random.ts';
import { addAt, samplesOf } from '../../../synthesis/sound.ts';
import { resonate, speak } from '../../../synthesis/voice.ts';
import { playedAt } from '../../source-sound.ts';
import { faded, noise, type Make } from './make.ts';
import { addTone, toneOf } from './tones.ts';

const VOWELS = ['a', 'e', 'i', 'o', 'u', 'r'] as const;
const BREATHS = ['f', 's', '', '', ''] as const;

/**
 * A sentence of two to seven words in one voice, made from formants. It has the frequency bands, the pace and the
 * pauses of speech, but no meaning.
 */
export const talk: Make = (random, durationS) => sentence(random, durationS, random.uniform(0.85, 1.5), 1);

/** A trained voice: even, with hardly any pauses. */
export const announcer: Make = (random, durationS) => sentence(random, durationS, random.uniform(1.1, 1.45), 1);

/** A child's voice: like `talk`, but with a shorter vocal tract. */
export const childTalk: Make = (random, durationS) =>
  sentence(random, durationS, random.uniform(0.8, 1.2), random.uniform(1.4, 1.9));

function sentence(random: Random, durationS: number, rate: number, pitch: number): Float32Array {
  const words = Array.from({ length: random.integer(2, 7) }, () =>
    Array.from({ length: random.integer(1, 4) }, () => random.pick(BREATHS) + random.pick(VOWELS)).join(''),
  );
  const said = playedAt(speak(random, words.join(random.chance(0.3) ? '--' : '-'), rate), pitch);
  return faded(said.subarray(0, samplesOf(durationS)), 0.005);
}

/**
 * A baby's cries: each lasts 0.5 to 1.4 s, rises to 350 to 600 Hz and falls, with many harmonics. There is a breath
 * between them; longer cries are shriller.
 */
export const babyCry: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(durationS));
  const hz = random.uniform(340, 600);
  const table = toneOf([1, 0.9, 0.8, 0.9, 0.6, 0.4, 0.3, 0.2, 0.15].map((gain) => gain * random.uniform(0.5, 1.2)));
  for (let atS = 0, n = random.integer(3, 9); n > 0 && atS < durationS - 0.3; n--) {
    const lengthS = random.uniform(0.4, 1.4);
    const top = hz * random.uniform(0.95, 1.25);
    const tremble = { vibratoHz: random.uniform(5, 40), vibratoDepth: random.uniform(0.005, 0.04) };
    addTone(samples, table, {
      startS: atS,
      lengthS: lengthS * 0.3,
      hz: top * 0.7,
      toHz: top,
      attackS: 0.04,
      ...tremble,
    });
    addTone(samples, table, {
      startS: atS + lengthS * 0.3,
      lengthS: lengthS * 0.7,
      hz: top,
      toHz: top * 0.8,
      ...tremble,
    });
    atS += lengthS + random.uniform(0.15, 0.6);
  }
  return resonate(samples, random.uniform(1_000, 1_700), 2_500);
};

/** One to six barks of 0.1 to 0.3 s: a burst of breath over a short harsh tone. */
export const bark: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(Math.min(durationS, 4)));
  const hz = random.logUniform(180, 900);
  const table = toneOf(Array.from({ length: 9 }, (_, n) => random.uniform(0.3, 1) / (1 + 0.25 * n)));
  for (let atS = 0, n = random.integer(1, 6); n > 0; n--) {
    const lengthS = random.uniform(0.1, 0.3);
    addTone(samples, table, {
      startS: atS,
      lengthS,
      hz: hz * 1.3,
      toHz: hz * 0.8,
      attackS: 0.008,
      decayS: lengthS / 2,
    });
    const breath = faded(noise(random, samplesOf(lengthS)), 0.02);
    addAt(samples, resonate(breath, hz * 3, hz * 2), samplesOf(atS), random.uniform(0.2, 0.8));
    atS += lengthS + random.uniform(0.12, 0.7);
  }
  return samples;
};

export const meow: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(Math.min(durationS, 1.6)));
  const hz = random.uniform(450, 900);
  const table = toneOf([1, 0.8, 0.5, 0.5, 0.3, 0.2].map((gain) => gain * random.uniform(0.5, 1.2)));
  const lengthS = random.uniform(0.4, 1.3);
  addTone(samples, table, { startS: 0, lengthS: lengthS * 0.4, hz: hz * 0.8, toHz: hz, attackS: 0.06 });
  addTone(samples, table, { startS: lengthS * 0.4, lengthS: lengthS * 0.6, hz, toHz: hz * 0.7, attackS: 0.001 });
  return samples;
};

/** A snore: noise from a breath through a slack throat that flutters at 20 to 60 Hz. */
export const snore: Make = (random, durationS) => {
  const lengthS = Math.min(durationS, random.uniform(0.8, 2));
  const samples = noise(random, samplesOf(lengthS));
  const flutter = (2 * Math.PI * random.uniform(20, 60)) / 16_000;
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * (0.55 + 0.45 * Math.sin(flutter * i));
  return faded(resonate(samples, random.uniform(150, 700), random.uniform(150, 500)), lengthS * 0.3);
};

/** Many voices at once, as of a café, guests or a stadium. */
export const crowd: Make = (random, durationS) => {
  const samples = new Float32Array(samplesOf(durationS));
  const voices = Array.from({ length: random.integer(4, 8) }, () => talk(random, 4));
  for (let atS = -2; atS < durationS; atS += random.uniform(0.08, 0.4))
    addAt(samples, random.pick(voices), samplesOf(atS), random.uniform(0.1, 1));
  return faded(samples, 0.3);
};
