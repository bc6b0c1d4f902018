import { Random } from '../../synthesis/random.ts';
import { decibel, samplesOf } from '../../synthesis/sound.ts';
import type { Home } from './home.ts';
import { looped } from './loop.ts';
import { throughMuLaw } from './mu-law.ts';
import { throughCapsule } from './places.ts';

/** Length of the loops. It is longer than any rhythm that a detector could find. */
const LOOP_S = 41;
const MORNING = samplesOf(6.5 * 3_600);
const NIGHT = samplesOf(23 * 3_600);

/**
 * The sound of a home when nothing happens: background noise, mains hum and the microphone's own noise. There is one
 * loop for the night and one for the day. Quiet stretches are copied from the loops, not computed, which makes days
 * cheap.
 */
export class QuietHome {
  private readonly night: Float32Array;
  private readonly day: Float32Array;

  constructor(home: Home, seed: string) {
    const { nightDbfs, dayDbfs } = home.quiet;
    this.night = roomNoise(home, nightDbfs, new Random(`${seed}/night`));
    this.day = roomNoise(home, dayDbfs, new Random(`${seed}/day`));
    // The loop is computed in advance, so that quiet stretches are only copied.
    if (home.microphone.muLaw) for (const loop of [this.night, this.day]) throughMuLaw(loop);
  }

  /** Fills `target` with the quiet home. Its first sample is sample `from` of the day. */
  fill(target: Float32Array, from: number): void {
    for (let i = 0; i < target.length;) {
      const sample = from + i;
      const isDay = sample >= MORNING && sample < NIGHT;
      const loop = isDay ? this.day : this.night;
      const change = isDay ? NIGHT : sample < MORNING ? MORNING : Infinity;
      const place = sample % loop.length;
      const count = Math.min(loop.length - place, target.length - i, change - sample);
      target.set(loop.subarray(place, place + count), i);
      i += count;
    }
  }
}

function roomNoise({ quiet, microphone }: Home, dbfs: number, random: Random): Float32Array {
  const samples = new Float32Array(samplesOf(LOOP_S));
  const { smoothing, humHz, humDbfs } = quiet;
  let held = 0;
  let energy = 0;
  for (let i = 0; i < samples.length; i++) {
    const white = random.next() * 2 - 1;
    held = smoothing * held + (1 - smoothing) * white;
    const x = held + 0.1 * white;
    samples[i] = x;
    energy += x * x;
  }
  const gain = decibel(dbfs) / Math.sqrt(energy / samples.length);
  const hum = Math.SQRT2 * decibel(humDbfs);
  const turn = (2 * Math.PI * humHz) / 16_000;
  for (let i = 0; i < samples.length; i++)
    samples[i] = gain * (samples[i] as number) + hum * (Math.sin(turn * i) + 0.3 * Math.sin(3 * turn * i));
  throughCapsule(samples, microphone);
  // Uniform noise between -1 and 1 has a power of a third.
  const self = Math.sqrt(3) * decibel(microphone.selfNoiseDbfs);
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) + self * (random.next() * 2 - 1);
  return looped(samples);
}
