import type { Random } from '../random.ts';
import { addAt, normalise, SAMPLE_RATE, samplesOf, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';
import { resonate } from '../voice.ts';

/**
 * Vacuum cleaners, dryers, blenders and drills: rushing air under a whine (blades or gears) that climbs when switched
 * on and falls under load.
 */
export function motor(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const noise = Float32Array.from(samples, () => random.next() * 2 - 1);
  addAt(samples, resonate(noise, random.uniform(300, 2_500), random.uniform(600, 3_000)), 0);
  addAt(samples, resonate(noise, random.uniform(3_000, 6_500), 3_000), 0, random.uniform(0.1, 0.8));
  const runUpS = random.uniform(0.1, 1.5);
  const whines = random.integer(1, 4);
  for (let n = 0; n < whines; n++) {
    const hz = random.logUniform(180, 5_500);
    const gain = random.logUniform(0.02, 0.7);
    const colour = { harmonics: [1, random.uniform(0, 0.6), random.uniform(0, 0.3)], gain };
    addNote(samples, { startS: 0, lengthS: runUpS, hz: hz * 0.4, toHz: hz, ...colour });
    // The load changes, so each stretch drifts to a different pitch.
    let now = hz;
    for (let atS = runUpS; atS < durationS;) {
      const lengthS = random.uniform(0.3, 3);
      const next = hz * random.uniform(0.93, 1.03);
      const tremble = { vibratoHz: random.uniform(3, 30), vibratoDepth: random.logUniform(0.0005, 0.01) };
      addNote(samples, { startS: atS, lengthS, hz: now, toHz: next, attackS: 0.001, ...colour, ...tremble });
      now = next;
      atS += lengthS;
    }
  }
  for (let i = 0; i < samples.length; i++)
    samples[i] = (samples[i] as number) * Math.min(1, i / (runUpS * SAMPLE_RATE), (samples.length - i) / 3_200);
  return whole('motor', samples, durationS);
}

/**
 * Sirens of police and ambulances, and car alarms, from 350 Hz to 2 kHz: slow wails, yelps, two alternating tones,
 * pulsed horns.
 */
export function siren(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const low = random.logUniform(350, 1_100);
  const high = low * random.uniform(1.25, 2.2);
  const kind = random.weighted({ wail: 0.35, yelp: 0.2, 'two tones': 0.25, horn: 0.2 });
  const stepS = { wail: random.uniform(1, 4), yelp: random.uniform(0.1, 0.3), 'two tones': random.uniform(0.35, 0.9) };
  const harmonics = [1, random.uniform(0.1, 0.7), random.uniform(0.05, 0.5), random.uniform(0, 0.3)];
  const hornS = random.uniform(0.2, 0.6);
  for (let atS = 0, n = 0; atS < durationS; n++) {
    const up = n % 2 === 0;
    const [from, to] = up ? [low, high] : [high, low];
    if (kind === 'horn') addNote(samples, { startS: atS, lengthS: hornS, hz: low, harmonics, attackS: 0.02 });
    else if (kind === 'two tones') addNote(samples, { startS: atS, lengthS: stepS[kind], hz: from, harmonics });
    else addNote(samples, { startS: atS, lengthS: stepS[kind], hz: from, toHz: to, harmonics, attackS: 0.001 });
    atS += kind === 'horn' ? hornS * 2 : stepS[kind];
  }
  return whole(`siren ${kind}`, samples, durationS);
}

const whole = (kind: string, samples: Float32Array, durationS: number): Synthesised => ({
  kind,
  samples: normalise(samples),
  beeps: [{ startS: 0, lengthS: durationS }],
  slices: { nearMiss: kind },
});
