import type { Random } from '../synthesis/random.ts';
import { decibel } from '../synthesis/sound.ts';
import { filterInPlace } from './biquad.ts';

/**
 * Applies the effects of a cheap microphone and its connection to the whole scene, in place. Returns which effects were
 * applied, for the slices of the report.
 */
export function throughMicrophone(
  samples: Float32Array,
  random: Random,
  { clip }: { clip: boolean },
): Record<string, string> {
  const microphone = random.chance(0.6) ? colour(samples, random) : 'flat';
  const codec = random.chance(0.2);
  if (codec) lineCodec(samples, random);
  addSelfNoise(samples, random);
  if (clip) clipAt(samples, decibel(random.uniform(-18, -4)));
  limit(samples);
  return { microphone, codec: codec ? 'yes' : 'no', clipped: clip ? 'yes' : 'no' };
}

/**
 * Applies the frequency response of a microphone capsule behind a hole in a case: no bass, one resonance, less treble.
 */
function colour(samples: Float32Array, random: Random): 'thin' | 'muffled' {
  filterInPlace(samples, { kind: 'highpass', hz: random.logUniform(40, 300) });
  if (random.chance(0.7))
    filterInPlace(samples, {
      kind: 'peak',
      hz: random.logUniform(500, 6_500),
      q: random.uniform(0.5, 2),
      gainDb: random.uniform(-8, 8),
    });
  if (!random.chance(0.3)) return 'thin';
  filterInPlace(samples, { kind: 'lowpass', hz: random.logUniform(4_500, 7_500) });
  return 'muffled';
}

/** Limits the band and quantises in logarithmic steps (G.711's mu-law, 8 bits), as cheap cameras do. */
function lineCodec(samples: Float32Array, random: Random): void {
  const cornerHz = random.logUniform(3_700, 7_600);
  filterInPlace(samples, { kind: 'lowpass', hz: cornerHz, q: 0.54 });
  filterInPlace(samples, { kind: 'lowpass', hz: cornerHz, q: 1.31 });
  if (!random.chance(0.4)) return;
  const mu = 255;
  const scale = Math.log(1 + mu);
  for (let i = 0; i < samples.length; i++) {
    const x = Math.max(-1, Math.min(1, samples[i] as number));
    const step = Math.round((127 * Math.log(1 + mu * Math.abs(x))) / scale) / 127;
    samples[i] = (Math.sign(x) * (Math.exp(step * scale) - 1)) / mu;
  }
}

/** Adds white or pinkish noise, at a level between digital silence and a noisy input stage. */
function addSelfNoise(samples: Float32Array, random: Random): void {
  const level = random.chance(0.15) ? 0 : decibel(random.uniform(-95, -52));
  if (level === 0) return;
  const smooth = random.chance(0.5) ? 0.9 : 0;
  const gain = level * (smooth > 0 ? 4 : 1.7);
  let held = 0;
  for (let i = 0; i < samples.length; i++) {
    held = smooth * held + (1 - smooth) * (random.next() * 2 - 1);
    samples[i] = (samples[i] as number) + gain * held;
  }
}

function clipAt(samples: Float32Array, ceiling: number): void {
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(-ceiling, Math.min(ceiling, samples[i] as number));
}

/**
 * Scales a scene that is too loud instead of clipping it. Only scenes that are meant to clip may clip; mixing must not
 * cause it.
 */
function limit(samples: Float32Array): void {
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (peak <= 0.999) return;
  const gain = 0.999 / peak;
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * gain;
}
