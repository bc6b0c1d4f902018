/** The sample rate of all synthesis. The device uses the same rate. */
export const SAMPLE_RATE = 16_000;

/** A synthesised sound, close and without echo. A scene adds its distance, room and level. */
export interface Synthesised {
  /** One of the detector's labels, or the kind of a near miss (near-miss.ts). */
  kind: string;
  samples: Float32Array;
  /** Properties of the sound, for the report's slices: pattern, band, muted, timing… */
  slices: Record<string, string>;
  /** The spans in which the sound is audible, in seconds. Between the beeps of an alarm there is silence. */
  beeps: Beep[];
}

export interface Beep {
  startS: number;
  lengthS: number;
}

export const samplesOf = (seconds: number): number => Math.round(seconds * SAMPLE_RATE);
export const decibel = (db: number): number => 10 ** (db / 20);

export function addAt(target: Float32Array, source: Float32Array, at: number, gain = 1): void {
  const from = Math.max(0, -at);
  const to = Math.min(source.length, target.length - at);
  for (let i = from; i < to; i++) target[at + i] = (target[at + i] as number) + gain * (source[i] as number);
}

/** Scales to the given peak, so that a level in a scene means the same for every sound. Silence stays silence. */
export function normalise(samples: Float32Array, peak = 0.5): Float32Array {
  let highest = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    if (x > highest) highest = x;
    else if (-x > highest) highest = -x;
  }
  const scale = highest > 0 ? peak / highest : 1;
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * scale;
  return samples;
}
