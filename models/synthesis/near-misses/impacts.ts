import { fadingNoise } from '../fading-noise.ts';
import { strike } from '../modes.ts';
import type { Random } from '../random.ts';
import { addAt, normalise, samplesOf, type Beep, type Synthesised } from '../sound.ts';
import { resonate } from '../voice.ts';

/**
 * A heavy object that falls, is hit or slams: a thud with a crack over all bands, like the beginning of a breaking
 * pane, and then a short dull rattle of wood, plastic or paper, without shards.
 */
export function impact(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const beeps: Beep[] = [];
  const hits = random.integer(1, 5);
  const body = Array.from({ length: random.integer(3, 8) }, () => ({
    hz: random.logUniform(70, 1_600),
    decayS: random.logUniform(0.008, 0.12),
    gain: random.uniform(0.2, 1),
  }));
  let atS = random.uniform(0, durationS / 4);
  for (let n = 0; n < hits && atS < durationS; n++) {
    const gain = random.uniform(0.3, 1);
    strike(samples, atS, body, gain);
    addAt(samples, burst(random, random.logUniform(0.003, 0.04)), samplesOf(atS), gain * random.uniform(0.2, 1.5));
    rattle(random, samples, atS, gain);
    beeps.push({ startS: atS, lengthS: 0.2 });
    atS += random.logUniform(0.06, 1.5);
  }
  return { kind: 'impact', samples: normalise(samples), beeps, slices: { nearMiss: 'impact' } };
}

/** Noise that decays in some milliseconds. It is sharper for harder objects. */
function burst(random: Random, lengthS: number): Float32Array {
  const length = samplesOf(4 * lengthS);
  const noise = fadingNoise(random, length, Math.exp(-4 / length));
  const sharpHz = random.logUniform(900, 6_000);
  return random.chance(0.4) ? noise : resonate(noise, sharpHz, sharpHz);
}

/** Adds small dull knocks for up to a second. */
function rattle(random: Random, samples: Float32Array, fromS: number, gain: number): void {
  const knocks = random.chance(0.5) ? 0 : random.integer(2, 20);
  let strength = gain * random.uniform(0.05, 0.4);
  for (let n = 0, atS = fromS; n < knocks; n++) {
    atS += random.uniform(0.01, 0.09);
    const mode = { hz: random.logUniform(250, 2_600), decayS: random.logUniform(0.003, 0.015), gain: 1 };
    strike(samples, atS, [mode], strength);
    addAt(samples, burst(random, 0.002), samplesOf(atS), strength * 0.5);
    strength *= random.uniform(0.75, 1);
  }
}
