import { seededRandom } from './noise.ts';

/** A doorbell with two struck bars: "ding" (660 Hz) and "dong" (528 Hz), each with the overtones of a bar. */
export function doorbell(sampleRate = 16_000): Float32Array {
  const samples = new Float32Array(Math.round(1.6 * sampleRate));
  const strike = (atS: number, hz: number): void => {
    for (let i = Math.round(atS * sampleRate); i < samples.length; i++) {
      const t = i / sampleRate - atS;
      const rise = Math.min(1, t / 0.004);
      const tone = (ratio: number, share: number, fallS: number): number =>
        share * Math.exp(-t / fallS) * Math.sin(2 * Math.PI * hz * ratio * t);
      samples[i] =
        (samples[i] as number) + 0.4 * rise * (tone(1, 1, 0.5) + tone(2.76, 0.4, 0.2) + tone(5.4, 0.2, 0.08));
    }
  };
  strike(0, 660);
  strike(0.55, 528);
  return samples;
}

/** What a device records: the noise of a room, and from `atS` on the sound, slightly louder or quieter each time. */
export function recordingOf(
  sound: Float32Array,
  seed: number,
  { seconds = 6, atS = 2, gain = 0.5 } = {},
): Float32Array {
  const random = seededRandom(seed);
  const samples = Float32Array.from({ length: seconds * 16_000 }, () => 0.002 * (random() - 0.5));
  const strength = gain * (0.6 + 0.4 * random());
  const from = Math.round((atS + 0.5 * random()) * 16_000);
  for (let i = 0; i < sound.length && from + i < samples.length; i++)
    samples[from + i] = (samples[from + i] as number) + strength * (sound[i] as number);
  return samples;
}
