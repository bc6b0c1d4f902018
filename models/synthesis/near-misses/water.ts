import { strike } from '../modes.ts';
import type { Random } from '../random.ts';
import { addAt, normalise, samplesOf, type Synthesised } from '../sound.ts';
import { resonate } from '../voice.ts';

/**
 * Water that runs into a sink, a glass or a bath: the hiss of the jet, and bubbles that each ring for some milliseconds
 * (a bubble of 3 mm at 1 kHz, smaller ones higher). Breaking glass, too, sounds like thousands of tiny bells at once,
 * but its shards fall only once.
 */
export function runningWater(random: Random, durationS: number): Synthesised {
  const samples = new Float32Array(samplesOf(durationS));
  const [lowestHz, highestHz] = [random.uniform(300, 900), random.uniform(2_000, 6_000)];
  const bubblesPerS = random.logUniform(15, 300);
  for (let atS = 0; atS < durationS; atS += -Math.log(1 - random.next()) / bubblesPerS) {
    const hz = random.logUniform(lowestHz, highestHz);
    strike(samples, atS, [{ hz, decayS: random.uniform(4, 14) / hz, gain: 1 }], random.uniform(0.1, 1) ** 2);
  }
  const noise = new Float32Array(samples.length);
  for (let i = 0; i < noise.length; i++) noise[i] = random.next() * 2 - 1;
  addAt(
    samples,
    resonate(noise, random.uniform(1_200, 5_000), random.uniform(1_500, 5_000)),
    0,
    random.logUniform(0.03, 0.6),
  );
  // The strength changes, because somebody opens and closes the tap or moves the jet.
  let open = random.chance(0.5) ? 0 : 1;
  const turn = 1 / samplesOf(random.uniform(0.05, 0.6));
  const closesAt = random.chance(0.4) ? random.integer(samples.length >> 1, samples.length) : samples.length;
  for (let i = 0; i < samples.length; i++) {
    open += i < closesAt ? turn : -turn;
    open = open > 1 ? 1 : open < 0 ? 0 : open;
    samples[i] = (samples[i] as number) * open;
  }
  const beeps = [{ startS: 0, lengthS: durationS }];
  return { kind: 'water', samples: normalise(samples), beeps, slices: { nearMiss: 'water' } };
}
