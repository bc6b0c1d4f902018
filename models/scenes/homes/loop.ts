/** Length of the crossfade between the end and the beginning of a loop. */
const CROSSFADE = 8_000;

/** Makes a loop without an audible seam: its last half second is crossfaded with its first. */
export function looped(samples: Float32Array): Float32Array {
  const fade = Math.min(CROSSFADE, samples.length >> 2);
  const loop = samples.slice(0, samples.length - fade);
  for (let i = 0; i < fade; i++) {
    const share = i / fade;
    // The crossfade keeps the power equal, because the two ends are uncorrelated.
    loop[i] =
      Math.sqrt(share) * (loop[i] as number) + Math.sqrt(1 - share) * (samples[samples.length - fade + i] as number);
  }
  return loop;
}
