import type { Random } from '../../../synthesis/random.ts';
import { addAt, samplesOf } from '../../../synthesis/sound.ts';
import { resonate } from '../../../synthesis/voice.ts';
import { burst, faded, noise, type Make } from './make.ts';
import { addTone, toneOf } from './tones.ts';

/** Noise that swells and fades again, as of cars, aircraft, water that runs off, and paper. */
function swelling(random: Random, lengthS: number, hz: number, widthHz: number): Float32Array {
  const samples = resonate(noise(random, samplesOf(lengthS)), hz, widthHz);
  const peak = random.uniform(0.35, 0.65) * samples.length;
  for (let i = 0; i < samples.length; i++) {
    const share = i < peak ? i / peak : (samples.length - i) / (samples.length - peak);
    samples[i] = (samples[i] as number) * share * share;
  }
  return samples;
}

export const PASSING: Readonly<Record<string, Make>> = {
  'car passes': (random, durationS) =>
    swelling(random, Math.min(durationS, random.uniform(4, 9)), random.uniform(250, 900), random.uniform(500, 1_500)),

  aircraft: (random, durationS) => {
    const samples = swelling(random, Math.min(durationS, random.uniform(20, 40)), random.uniform(120, 400), 400);
    const whine = new Float32Array(samples.length);
    const hz = random.uniform(400, 1_800);
    addTone(whine, toneOf([1, 0.4]), { startS: 0, lengthS: durationS, hz, toHz: hz * 0.8, gain: 0.05, attackS: 8 });
    addAt(samples, whine, 0);
    return samples;
  },

  flush: (random, durationS) => {
    const lengthS = Math.min(durationS, random.uniform(5, 10));
    const samples = swelling(random, lengthS, random.uniform(400, 1_500), random.uniform(900, 2_500));
    addAt(samples, resonate(noise(random, samples.length), 5_000, 2_500), 0, 0.03);
    return faded(samples, 0.3);
  },

  rustle: (random, durationS) => {
    const samples = new Float32Array(samplesOf(Math.min(durationS, random.uniform(0.5, 3))));
    for (let at = 0; at < samples.length; at += random.integer(100, 2_500))
      addAt(
        samples,
        resonate(burst(random, random.logUniform(0.001, 0.02)), random.uniform(2_000, 6_500), 3_000),
        at,
        random.next() ** 2,
      );
    return samples;
  },

  // A phone that vibrates on a table: a tone of 130 to 230 Hz, and the rattle of the table.
  vibration: (random, durationS) => {
    const samples = new Float32Array(samplesOf(Math.min(durationS, 3)));
    const hz = random.uniform(130, 230);
    const table = toneOf([1, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15]);
    for (let atS = 0, n = random.integer(1, 3); n > 0; n--, atS += 0.9)
      addTone(samples, table, { startS: atS, lengthS: random.uniform(0.25, 0.6), hz });
    return samples;
  },

  saw: (random, durationS) => {
    const samples = new Float32Array(samplesOf(durationS));
    const strokeS = random.uniform(0.25, 0.6);
    const hz = random.uniform(900, 3_000);
    for (
      let atS = 0, n = random.integer(4, 12);
      n > 0 && atS < durationS;
      n--, atS += strokeS * random.uniform(1.02, 1.15)
    )
      addAt(samples, swelling(random, strokeS, hz * random.uniform(0.9, 1.1), hz * 0.7), samplesOf(atS));
    return samples;
  },

  // The first stroke of thunder is near or far. The roll after it comes from ever further away, so it becomes duller.
  thunder: (random, durationS) => {
    const lengthS = Math.min(durationS, random.uniform(5, 14));
    const samples = new Float32Array(samplesOf(lengthS));
    const near = random.next() ** 2;
    if (near > 0.4) addAt(samples, resonate(burst(random, 0.15), 1_200, 2_500), 0, near);
    for (let atS = 0.05; atS < lengthS - 1; atS += random.uniform(0.2, 1.2)) {
      const roll = resonate(burst(random, random.uniform(0.2, 0.6)), random.uniform(50, 180), 150);
      addAt(samples, roll, samplesOf(atS), random.uniform(1, 4) * (1 - atS / lengthS));
    }
    return samples;
  },
};
