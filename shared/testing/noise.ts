/** Seeded random numbers, uniform in [0, 1) (mulberry32). Tests and generated sounds are the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** White noise of the given RMS. */
export function whiteNoise(length: number, rms: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  // Numbers that are uniform in +-1 have an RMS of 1 / sqrt 3.
  return Float32Array.from({ length }, () => (random() * 2 - 1) * Math.sqrt(3) * rms);
}

export function sine(length: number, hz: number, amplitude: number, sampleRate = 16_000): Float32Array {
  return Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / sampleRate));
}
