import type { Random } from '../random.ts';
import { addAt, normalise, SAMPLE_RATE, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { resonate, speak } from '../voice.ts';

/** Sounds of people without words. A cough resembles a breaking pane, because it is a burst over all bands at once. */
export function cough(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const throatHz = random.uniform(500, 1_300);
  const isSneeze = random.chance(0.25);
  const coughs = isSneeze ? 1 : random.integer(1, 5);
  let atS = random.uniform(0, Math.max(0.01, durationS / 3));
  for (let n = 0; n < coughs && atS < durationS; n++) {
    const lengthS = random.uniform(0.15, 0.5);
    addAt(samples, oneCough(random, lengthS, throatHz * random.uniform(0.85, 1.15), isSneeze), samplesOf(atS));
    beeps.push({ startS: atS, lengthS });
    atS += lengthS + random.uniform(0.03, 0.5);
  }
  return { kind: 'cough', samples: normalise(samples), beeps, slices: { nearMiss: 'cough' } };
}

/** The attack time is 4 ms. */
const ATTACK = samplesOf(0.004);

/**
 * One cough: the glottis bursts open (30 to 80 ms of noise over all bands), air rushes through the throat, and often a
 * voiced sound follows.
 */
function oneCough(random: Random, lengthS: number, throatHz: number, isSneeze: boolean): Float32Array {
  const burstS = random.uniform(0.03, 0.08);
  const noise = new Float32Array(samplesOf(lengthS));
  const burst = samplesOf(burstS);
  // The noise decays by 3 to 9 time constants until its end.
  const fall = Math.exp(-random.uniform(3, 9) / noise.length);
  let rush = random.uniform(0.2, 0.35);
  for (let i = 0; i < noise.length; i++) {
    const strength = i < burst ? 1 : (rush *= fall);
    noise[i] = (random.next() * 2 - 1) * strength * (i < ATTACK ? i / ATTACK : 1);
  }
  const out = resonate(noise, throatHz, random.uniform(300, 900));
  addAt(out, resonate(noise, throatHz * random.uniform(1.8, 2.6), 900), 0, 0.6);
  // At the end of a sneeze, teeth and tongue add a sharp hiss.
  addAt(out, resonate(noise, random.uniform(3_500, 6_500), 3_000), 0, isSneeze ? 1.2 : random.uniform(0.15, 0.7));
  if (!isSneeze && random.chance(0.6)) addAt(out, speak(random, 'a', 1.4), samplesOf(burstS), random.uniform(0.1, 0.5));
  return out;
}

const SYLLABLES = ['fa', 'fe', 'fo', 'fi'] as const;

/** Laughter: voiced puffs, four to six a second, that fall in pitch and strength and end in a breath. */
export function laughter(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const rate = random.uniform(1.6, 2.6);
  for (let atS = random.uniform(0, 0.4); atS < durationS; atS += random.uniform(0.3, 1.5)) {
    const puffs = random.integer(3, 10);
    const syllable = random.pick(SYLLABLES);
    let gain = random.uniform(0.6, 1);
    for (let n = 0; n < puffs && atS < durationS; n++) {
      const puff = speak(random, syllable, rate);
      addAt(samples, puff, samplesOf(atS), gain);
      beeps.push({ startS: atS, lengthS: puff.length / SAMPLE_RATE });
      gain *= random.uniform(0.8, 1);
      atS += random.uniform(0.16, 0.26);
    }
  }
  return { kind: 'laughter', samples: normalise(samples), beeps, slices: { nearMiss: 'laughter' } };
}

/**
 * Clapping: clicks of a few milliseconds with one hollow resonance. One person claps in a rhythm, many people clap at
 * random times.
 */
export function applause(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const people = Math.round(random.logUniform(1, 30));
  for (let person = 0; person < people; person++) {
    const hollowHz = random.uniform(700, 2_800);
    const gain = random.uniform(0.15, 1);
    const everyS = random.uniform(0.18, 0.4);
    for (let atS = random.uniform(0, everyS); atS < durationS; atS += everyS * random.uniform(0.9, 1.1)) {
      const click = new Float32Array(samplesOf(random.uniform(0.008, 0.032)));
      // A clap decays with a time constant of two to eight milliseconds and is cut off after four time constants.
      const fall = Math.exp(-4 / click.length);
      let strength = 1;
      for (let i = 0; i < click.length; i++) click[i] = (random.next() * 2 - 1) * (strength *= fall);
      addAt(samples, resonate(click, hollowHz, 900), samplesOf(atS), gain);
      addAt(samples, click, samplesOf(atS), 0.2 * gain);
    }
  }
  const beeps = [{ startS: 0, lengthS: durationS }];
  return { kind: 'applause', samples: normalise(samples), beeps, slices: { nearMiss: 'applause' } };
}
