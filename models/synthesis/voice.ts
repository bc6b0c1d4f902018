import type { Random } from './random.ts';
import { addAt, SAMPLE_RATE, samplesOf } from './sound.ts';

/**
 * A sound like speech, from a pulse train through three formants. It is used for what voice alarms say between cycles
 * ("Fire! Fire!", "Warning, carbon monoxide") and for the voices of a television. It has only the frequency bands and
 * the rhythm of speech, not intelligible words.
 */
interface Vowel {
  formantsHz: readonly [number, number, number];
  lengthS: number;
}

const VOWELS: Readonly<Record<string, readonly [number, number, number]>> = {
  a: [730, 1_090, 2_440],
  i: [300, 2_300, 3_000],
  u: [320, 870, 2_240],
  e: [530, 1_840, 2_480],
  o: [570, 840, 2_410],
  r: [490, 1_350, 1_690],
};

/**
 * `text` contains vowels as letters; "-" is a short pause, "f" and "s" are breath. For example, "fair" sounds like
 * "fire".
 */
export function speak(random: Random, text: string, rate = 1): Float32Array {
  const pitchHz = random.logUniform(95, 240);
  const tract = pitchHz > 160 ? random.uniform(1.08, 1.2) : random.uniform(0.92, 1.05);
  const pieces = [...text].map((letter) => {
    const vowel = VOWELS[letter];
    if (vowel === undefined)
      return letter === '-' ? new Float32Array(samplesOf(0.09 / rate)) : breath(random, letter === 's', 0.1 / rate);
    const lengthS = random.uniform(0.1, 0.2) / rate;
    return voiced(
      random,
      { formantsHz: [vowel[0] * tract, vowel[1] * tract, vowel[2] * tract], lengthS },
      pitchHz * random.uniform(0.9, 1.12),
    );
  });
  const spoken = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0) + 1);
  let at = 0;
  for (const piece of pieces) {
    addAt(spoken, piece, at);
    at += piece.length;
  }
  return spoken;
}

function voiced(random: Random, { formantsHz, lengthS }: Vowel, pitchHz: number): Float32Array {
  const samples = new Float32Array(samplesOf(lengthS));
  let phase = random.next();
  for (let i = 0; i < samples.length; i++) {
    phase += (pitchHz * (1 + 0.1 * (0.5 - i / samples.length))) / SAMPLE_RATE;
    if (phase >= 1) phase -= 1;
    // A falling ramp has the spectral slope of speech: -12 dB per octave of the glottis, together with the +6 dB of the
    // lips.
    samples[i] = (1 - 2 * phase + 0.05 * (random.next() - 0.5)) * Math.min(1, i / 160, (samples.length - i) / 240);
  }
  const out = new Float32Array(samples.length);
  formantsHz.forEach((hz, n) => addAt(out, resonate(samples, hz, 60 + hz * 0.04), 0, [1, 0.6, 0.3][n] ?? 0.3));
  return out;
}

function breath(random: Random, sharp: boolean, lengthS: number): Float32Array {
  const noise = Float32Array.from(
    { length: samplesOf(lengthS) },
    (_, i) => (random.next() - 0.5) * Math.min(1, i / 200) * 0.5,
  );
  return resonate(noise, sharp ? 5_500 : 2_200, sharp ? 2_500 : 3_000);
}

/** A two-pole resonance with a gain of about 1 at its centre. */
export function resonate(input: Float32Array, hz: number, widthHz: number): Float32Array {
  const radius = Math.exp((-Math.PI * widthHz) / SAMPLE_RATE);
  const feedback1 = 2 * radius * Math.cos((2 * Math.PI * Math.min(hz, 7_800)) / SAMPLE_RATE);
  const feedback2 = -radius * radius;
  const gain = (1 - radius) * 2;
  const out = new Float32Array(input.length);
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < input.length; i++) {
    const y = gain * (input[i] as number) + feedback1 * y1 + feedback2 * y2;
    out[i] = y;
    y2 = y1;
    y1 = y;
  }
  return out;
}
