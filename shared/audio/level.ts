/** Levels in dB of full scale; digital silence is -Infinity. A full-scale sine has -3.01 dBFS RMS and 0 dBFS peak. */
export function rmsDbfs(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return samples.length === 0 ? -Infinity : 10 * Math.log10(sum / samples.length);
}

export function peakDbfs(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] as number));
  return 20 * Math.log10(peak);
}

export const gainOfDb = (db: number): number => 10 ** (db / 20);
