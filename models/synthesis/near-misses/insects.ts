import type { Random } from '../random.ts';
import { normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { addNote } from '../tone.ts';

/**
 * Crickets: pulses of some milliseconds at one pitch between 2.5 and 5.5 kHz, in chirps of a few pulses or in one
 * endless trill.
 */
export function cricket(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const hz = random.logUniform(2_500, 5_500);
  const pulseS = random.uniform(0.01, 0.025);
  const trills = random.chance(0.35);
  const perChirp = trills ? Infinity : random.integer(2, 6);
  const pauseS = random.uniform(0.15, 0.8);
  const beeps: Beep[] = [];
  for (let atS = 0; atS < durationS; atS += pauseS * random.uniform(0.9, 1.1)) {
    const startS = atS;
    for (let n = 0; n < perChirp && atS < durationS; n++, atS += 2 * pulseS)
      addNote(samples, { startS: atS, lengthS: pulseS, hz, attackS: pulseS / 3 });
    beeps.push({ startS, lengthS: Math.min(durationS, atS) - startS });
  }
  return {
    kind: 'cricket',
    samples: normalise(samples),
    beeps,
    slices: { nearMiss: trills ? 'cricket trill' : 'cricket' },
  };
}

/**
 * Pygmy owls, bullfinches and midwife toads: one whistle at one pitch about every second. It is as regular as an
 * appliance, but its pitch bends.
 */
export function piping(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const hz = random.logUniform(900, 4_000);
  const lengthS = random.logUniform(0.08, 0.7);
  const everyS = lengthS + random.uniform(0.4, 3);
  const bend = random.uniform(0.92, 1.08);
  const beeps: Beep[] = [];
  for (let startS = 0; startS < durationS; startS += everyS * random.uniform(0.88, 1.12)) {
    const now = hz * random.uniform(0.985, 1.015);
    const held = lengthS * random.uniform(0.85, 1.15);
    addNote(samples, { startS, lengthS: held, hz: now, toHz: now * bend, attackS: held / 5, harmonics: [1, 0.05] });
    beeps.push({ startS, lengthS: held });
  }
  return { kind: 'piping', samples: normalise(samples), beeps, slices: { nearMiss: 'piping' } };
}
