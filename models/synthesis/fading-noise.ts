import type { Random } from './random.ts';

/** White noise that fades. Its strength is multiplied by `fall` (below 1) at each sample. */
export function fadingNoise(random: Random, length: number, fall: number): Float32Array {
  const noise = new Float32Array(length);
  let strength = 1;
  for (let i = 0; i < length; i++) noise[i] = (random.next() * 2 - 1) * (strength *= fall);
  return noise;
}
